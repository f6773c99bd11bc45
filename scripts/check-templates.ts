import { resolve } from 'node:path';
import process from 'node:process';
import { shownFiles, templateFaults } from './template-rules.ts';

const faults = templateFaults(shownFiles(resolve(import.meta.dirname, '..')));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
