import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { buildExecutable, fetchNode, TARGETS } from './executable.ts';
import {
  type Architecture,
  fetchPackages,
  movedPins,
  openApt,
  type Package,
  type Pins,
  resolvePackages,
} from './image/apt.ts';
import { layOut, pack } from './image/root.ts';
import { writeImage } from './image/write.ts';
import { shippedLicenses } from './licenses.ts';

// node scripts/image.ts <amd64|arm64> <directory>: an OCI layout of the image, from the packages that are pinned.
// node scripts/image.ts pin: pins today's packages anew, security updates included.
// node scripts/image.ts check: ends with 1 where Debian has newer packages than are pinned, or no longer has those.
const ROOT = resolve(import.meta.dirname, '..');
const PINS = join(ROOT, 'scripts/image/packages.json');
const MACHINES: Readonly<Record<Architecture, string>> = { amd64: 'linux-x64', arm64: 'linux-arm64' };
const [what = '', directory = ''] = process.argv.slice(2);
const place = await mkdtemp(join(tmpdir(), 'promote-image-'));
try {
  if (what === 'pin') await pin();
  else if ((what === 'amd64' || what === 'arm64') && directory !== '') await build(what);
  else if (what === 'check') await check();
  else throw new Error('usage: node scripts/image.ts <amd64|arm64> <directory>, pin, or check');
} finally {
  await rm(place, { recursive: true, force: true });
}

async function pin(): Promise<void> {
  await writeFile(PINS, `${JSON.stringify(await today(), null, 2)}\n`);
}

async function check(): Promise<void> {
  const pinned: Pins = JSON.parse(await readFile(PINS, 'utf8'));
  const moved = movedPins(pinned, await today());
  for (const line of moved) process.stdout.write(`${line}\n`);
  if (moved.length > 0) process.exitCode = 1;
}

async function today(): Promise<Pins> {
  const pins: Record<string, readonly Package[]> = {};
  for (const architecture of ['amd64', 'arm64'] as const) {
    const own = join(place, architecture);
    await mkdir(own);
    pins[architecture] = await resolvePackages(await openApt(architecture, own), own);
  }
  return pins;
}

async function build(architecture: Architecture): Promise<void> {
  const target = TARGETS.find(({ name }) => name === MACHINES[architecture]);
  if (target === undefined) throw new Error(`no Node.js for ${architecture}`);
  const node = await fetchNode(target, place);
  const executable = await buildExecutable(node.binary, place, 'promote');
  const pinned = JSON.parse(await readFile(PINS, 'utf8'))[architecture];
  const archives = await fetchPackages(await openApt(architecture, place), pinned, place);
  const root = join(place, 'root');
  await layOut(root, archives, executable, await shippedLicenses(ROOT, node.license));
  await pack(root, join(place, 'layer.tar'));
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await mkdir(directory, { recursive: true });
  const digest = await writeImage(resolve(directory), join(place, 'layer.tar'), { architecture, version });
  process.stdout.write(`${architecture} ${digest}\n`);
}
