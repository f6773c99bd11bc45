import { expect, it } from 'vitest';
import { bundled } from './bundled.ts';

/** Files that a plan opens: each is searched for, opened and linked, which cost more than what is in them. */
const MOST_FILES = 20;

it('loads what every run needs from few files, and none of it for help', async () => {
  const { outputs } = (await bundled()).metafile;
  const reached = (sources: readonly string[]) => {
    const pending = Object.keys(outputs).filter(path => sources.includes(outputs[path]?.entryPoint ?? ''));
    const seen = new Set(pending);
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      for (const { kind, path: next } of outputs[path]?.imports ?? []) {
        if (kind !== 'import-statement' || seen.has(next) || outputs[next] === undefined) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    return seen;
  };
  const start = ['src/cli/bin.ts', 'src/cli/main.ts'];
  const run = reached([...start, 'src/cli/plan.ts']);
  expect(run.size).toBeLessThan(MOST_FILES);
  const bytes = (files: ReadonlySet<string>) =>
    [...files].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  expect(bytes(reached(start)) * 10).toBeLessThan(bytes(run));
});
