import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { licenses } from './licenses.ts';
import { oneChunk } from './one-chunk.ts';
import { page, trim } from './trim.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** CommonJS dependencies inside an ESM bundle still ask for `require`. */
const REQUIRE =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

const ENTRIES = {
  cli: 'src/cli/bin.ts',
  index: 'src/index.ts',
  'action-promote': 'src/action/promote.ts',
  'action-status': 'src/action/status.ts',
  'action-rollback': 'src/action/rollback.ts',
  'action-refresh': 'src/action/refresh.ts',
  'action-gate': 'src/action/gate.ts',
  'action-board': 'src/action/board.ts',
};

/** The shebang precedes everything else of the command. */
const COMMAND = 'cli.js';

/** What ships: each file by its path below `dist`, and what esbuild says of them. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
}

/** Bundles the command, the library and the actions in memory. The same sources give the same bytes, wherever they are. */
export async function bundle(): Promise<Bundle> {
  const outdir = join(ROOT, 'dist');
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    metafile: true,
    write: false,
    // The bundle holds the paths of packages: a linked node_modules gives the same.
    preserveSymlinks: true,
    plugins: [page, trim, oneChunk(ROOT, Object.values(ENTRIES))],
    banner: { js: REQUIRE },
  });
  assertNamesKept(metafile);
  const files = new Map<string, Uint8Array>(
    outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]),
  );
  const command = Buffer.from(files.get(COMMAND) ?? '').toString();
  files.set(COMMAND, Buffer.from(`#!/usr/bin/env node\n${command}`));
  files.set('LICENSES.txt', Buffer.from(await licenses(ROOT, inputsOf(metafile))));
  return { files, metafile };
}

/** Writes a bundle, and removes what else the directory holds. */
export async function writeBundle({ files }: Bundle, directory: string): Promise<void> {
  for (const [path, contents] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), contents);
  }
  await chmod(join(directory, COMMAND), 0o755);
  for (const path of await readdir(directory, { recursive: true })) {
    const isFile = (await stat(join(directory, path))).isFile();
    if (isFile && !files.has(path)) await rm(join(directory, path));
  }
}

/** The files that are in the bundle; esbuild has read more. */
export function inputsOf({ outputs }: Metafile): readonly string[] {
  return [...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)))].sort();
}

/** esbuild keeps no names of CommonJS that `import()` loads: such a package is imported by a module of ours, which is loaded lazily. */
function assertNamesKept({ outputs }: Metafile): void {
  const lazy = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const packages = lazy.filter(path => path.includes('node_modules/'));
  if (packages.length === 0) return;
  throw new Error(
    `import() loads a package itself and loses its names; have a module of ours import it: ${packages.join(', ')}`,
  );
}
