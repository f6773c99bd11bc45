import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { notesOf } from './release/changelog.ts';

// node scripts/notes.ts <version>: what the changelog says of it.
const changelog = readFileSync(join(resolve(import.meta.dirname, '..'), 'CHANGELOG.md'), 'utf8');
process.stdout.write(notesOf(changelog, process.argv[2] ?? ''));
