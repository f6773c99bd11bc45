import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { bundle, inputsOf } from './bundle.ts';
import { executableParts, imageParts } from './release/parts.ts';
import { sbomOf } from './release/sbom.ts';

// node scripts/sbom.ts <directory>: the bills of materials of the package, the executables and the image.
const ROOT = resolve(import.meta.dirname, '..');
const directory = resolve(process.argv[2] ?? 'release');
await mkdir(directory, { recursive: true });
const { metafile } = await bundle();
const inputs = inputsOf(metafile);
for (const [name, parts] of [
  ['sbom', []],
  ['sbom-executables', executableParts()],
  ['sbom-image', await imageParts(ROOT)],
] as const)
  await writeFile(join(directory, `${name}.cdx.json`), await sbomOf(ROOT, inputs, parts));
