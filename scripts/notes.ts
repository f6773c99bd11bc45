import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { notesOf } from './release/changelog.ts';

// node scripts/notes.ts <version> <image@digest>: what the changelog says of it, and its image.
const changelog = readFileSync(join(resolve(import.meta.dirname, '..'), 'CHANGELOG.md'), 'utf8');
const [version = '', image = ''] = process.argv.slice(2);
process.stdout.write(`${notesOf(changelog, version)}\nThe container image is \`${image}\`.\n`);
