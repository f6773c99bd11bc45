import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const NAME = 'promote:run';
/** What every run that reads deployment files needs. */
const RUN = ['src/cli/plan.ts', 'src/environments/parse.ts'];
/** They start without it. */
const APART = [
  'src/cli/bin.ts',
  'src/cli/main.ts',
  'src/cli/schema.ts',
  'src/cli/completion.ts',
  'src/cli/complete.ts',
];

/**
 * Has whatever is loaded by itself load what every run needs first. esbuild makes a chunk of the modules that the same
 * entries reach: so these are one, where they were a hundred and each cost its search, its opening and its links.
 */
export function oneChunk(root: string, entries: readonly string[]): Plugin {
  const apart = new Set(APART.map(path => join(root, path)));
  const loaded = new Set([...entries.map(path => join(root, path)), ...lazilyLoaded(join(root, 'src'))]);
  const isFirst = (path: string) => loaded.has(path) && !apart.has(path);
  return {
    name: 'one-chunk',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^${NAME}$`) }, () => ({ path: NAME, namespace: NAME }));
      onLoad({ filter: /./, namespace: NAME }, () => ({
        contents: RUN.map(path => `import ${JSON.stringify(`./${path}`)};`).join('\n'),
        resolveDir: root,
      }));
      onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) =>
        isFirst(path)
          ? {
              contents: `import ${JSON.stringify(NAME)};\n${await readFile(path, 'utf8')}`,
              loader: 'ts',
              resolveDir: dirname(path),
            }
          : undefined,
      );
    },
  };
}

/** The modules of ours that `import()` names. */
function lazilyLoaded(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .flatMap(path => {
      const file = join(directory, path);
      const named = readFileSync(file, 'utf8').matchAll(/import\(\s*'(\.[^']+)'/g);
      return [...named].map(([, target = '']) => resolve(dirname(file), target));
    });
}
