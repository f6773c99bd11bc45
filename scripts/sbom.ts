import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { bundle, inputsOf } from './bundle.ts';
import { sbomOf } from './release/sbom.ts';

// node scripts/assemble.ts <directory>: the bill of materials of what dist holds.
const ROOT = resolve(import.meta.dirname, '..');
const directory = resolve(process.argv[2] ?? 'release');
await mkdir(directory, { recursive: true });
const { metafile } = await bundle();
await writeFile(join(directory, 'sbom.cdx.json'), await sbomOf(ROOT, inputsOf(metafile)));
