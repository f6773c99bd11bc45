import { globSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../scripts/bundle.ts';
import { bundled } from './bundled.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What runs something when it is loaded, so it is run by the suites that want that. */
const RUNS = /^src\/(cli\/bin|action\/[a-z]+)\.ts$/;

/** Tests that start the command from its sources; a suite that needs them says why here. */
const FROM_SOURCES: Readonly<Record<string, string>> = {};

it('is what each test starts where it starts the command', () => {
  const starts = /import\(?[^;]*'[./]*src\/cli\/(?:main|bin)\.ts'|join\([^)]*'[./]*src\/cli\/bin\.ts'/;
  const files = globSync('test/**/*.ts', { cwd: ROOT });
  expect(files.filter(path => starts.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual(
    Object.keys(FROM_SOURCES),
  );
});

describe('what ships', () => {
  let built: Bundle;
  beforeAll(async () => {
    built = await bundled();
  });

  it('is what these sources give, byte for byte', async () => {
    const files = (await readdir(join(ROOT, 'dist'), { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile() && !entry.name.endsWith('.d.ts'))
      .map(entry => join(entry.parentPath, entry.name));
    expect(files.sort()).toEqual([...built.files.keys()].map(path => join(ROOT, 'dist', path)).sort());
    for (const [path, contents] of built.files) {
      expect((await readFile(join(ROOT, 'dist', path))).equals(contents), path).toBe(true);
    }
  });

  it('answers --help by less than 200 kB of code: no parser and no schema is loaded for it', () => {
    const { outputs } = built.metafile;
    const named = (entry: string) =>
      Object.keys(outputs).filter(path => outputs[path]?.entryPoint === `src/cli/${entry}.ts`);
    const loaded = new Set([...named('bin'), ...named('main')]);
    for (const path of loaded)
      for (const { kind, path: next } of outputs[path]?.imports ?? [])
        if (kind === 'import-statement' && outputs[next] !== undefined) loaded.add(next);
    const inputs = [...loaded].flatMap(path => Object.keys(outputs[path]?.inputs ?? {}));
    expect(inputs).toContain('src/cli/program.ts');
    expect(inputs.filter(path => /node_modules\/(?:zod|yaml)\//.test(path))).toEqual([]);
    expect([...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0)).toBeLessThan(200_000);
  });

  it('has every name that a lazily loaded module has in the sources', async () => {
    const modules = Object.entries(built.metafile.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint === undefined || RUNS.test(entryPoint) ? [] : [[path, entryPoint] as const],
    );
    expect(modules.length).toBeGreaterThan(20);
    for (const [chunk, source] of modules) {
      const [shipped, written] = await Promise.all([import(join(ROOT, chunk)), import(join(ROOT, source))]);
      expect([source, kindsOf(shipped)]).toEqual([source, kindsOf(written)]);
    }
  });
});

/** What each name stands for: one that was lost on the way is undefined. */
function kindsOf(module: object): object {
  return Object.fromEntries(Object.entries(module).map(([name, value]) => [name, typeof value]));
}
