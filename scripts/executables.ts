import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { buildExecutable, fetchNode, TARGETS } from './executable.ts';
import { shippedLicenses } from './licenses.ts';

// node scripts/executables.ts <directory>: one executable for each machine, SHA256SUMS for all of them, and the licences.
const directory = resolve(process.argv[2] ?? 'release');
const sums: string[] = [];
let license = '';
for (const target of TARGETS) {
  const place = await mkdtemp(join(tmpdir(), 'promote-node-'));
  const name = `promote-${target.name}${target.binary.endsWith('.exe') ? '.exe' : ''}`;
  const node = await fetchNode(target, place);
  license = node.license;
  const path = await buildExecutable(node.binary, directory, name);
  await rm(place, { recursive: true, force: true });
  sums.push(
    `${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}  ${name}\n`,
  );
}
const licenses = await shippedLicenses(resolve(import.meta.dirname, '..'), license);
await writeFile(join(directory, 'LICENSES.txt'), licenses);
await writeFile(join(directory, 'SHA256SUMS'), sums.join(''));
