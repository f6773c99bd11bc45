import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fillTemplate } from '../src/plan/fill-template.ts';

// node scripts/fill-templates.ts <owner/repository> <image@digest>: for the commit that a release's tag names.
const ROOT = resolve(import.meta.dirname, '..');
const [repository = '', image = ''] = process.argv.slice(2);
for (const path of globSync('templates/**/*.yml', { cwd: ROOT })) {
  const file = join(ROOT, path);
  await writeFile(file, fillTemplate(path, await readFile(file, 'utf8'), { repository, image }));
}
