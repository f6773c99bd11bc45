import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { runProgram } from '../servers/tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['src', 'scripts', 'environments', 'package.json', 'tsconfig.json', 'LICENSE', 'README.md'];

const packed = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    files: z.array(z.object({ path: z.string(), size: z.number() })),
  }),
]);

/** The package as `npm pack` makes it of a copy of the sources elsewhere, installed into an empty project. */
export interface Installed {
  /** The project; it holds the package and nothing else. */
  readonly project: string;
  /** Where the package lies in it. */
  readonly directory: string;
  /** The archive's bytes. */
  readonly size: number;
  /** Bytes by path. */
  readonly files: ReadonlyMap<string, number>;
}

/** Packs and installs; both are removed when the caller's test has ended. */
export async function installPackage(): Promise<Installed> {
  const place = await mkdtemp(join(tmpdir(), 'promote-package-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const [copy, project] = [join(place, 'copy'), join(place, 'project')];
  await mkdir(project);
  for (const path of SOURCES) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = await runProgram(
    'npm',
    ['pack', '--json', '--prefix', copy, copy],
    { INIT_CWD: copy },
    place,
  );
  const [{ filename, size, files }] = packed.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(place, filename)];
  await runProgram('npm', install, {}, project);
  return {
    project,
    directory: join(project, 'node_modules/gitops-promote'),
    size,
    files: new Map(files.map(file => [file.path, file.size])),
  };
}

/** Every file below a directory, by its path there. */
export async function contentsOf(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const read = paths.map(async path => [path.slice(directory.length + 1), await readFile(path)] as const);
  return new Map(await Promise.all(read));
}
