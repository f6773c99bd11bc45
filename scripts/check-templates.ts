import { resolve } from 'node:path';
import process from 'node:process';
import { publishedIn, shownFiles, templateFaults } from './template-rules.ts';

const root = resolve(import.meta.dirname, '..');
const faults = templateFaults(shownFiles(root), publishedIn(root));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
