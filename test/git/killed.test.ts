import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { change, GIT, git, makeRepository, openCheckout } from './fixture.ts';

const PATHS = Array.from({ length: 12 }, (_, index) => `apps/app-${index}/values.yaml`);
const SCRIPT = fileURLToPath(new URL('commit-and-die.ts', import.meta.url));

/** Commits in another process, killed so many milliseconds after it began; answers with how long it ran. */
async function commitAndDie(directory: string, parent: string, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [SCRIPT, directory, GIT ?? '', parent, 'new\n', ...PATHS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  const began = performance.now();
  await Promise.race([setTimeout(milliseconds), exited]);
  child.kill('SIGKILL');
  await exited;
  return performance.now() - began;
}

async function makeApps(): Promise<{ readonly directory: string; readonly parent: string }> {
  const directory = await makeRepository(Object.fromEntries(PATHS.map(path => [path, 'old\n'])));
  return { directory, parent: await git(directory, 'rev-parse', 'HEAD') };
}

describeWith(['git'], 'a commit that was killed', () => {
  it('leaves a state that the same commit goes on from, wherever it was killed', async () => {
    const whole = await makeApps();
    const duration = await commitAndDie(whole.directory, whole.parent, 30_000);
    for (const part of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
      const { directory, parent } = await makeApps();
      await commitAndDie(directory, parent, (duration * part) / 8);
      // A Git that outlived its parent ends by itself.
      await setTimeout(200);
      const isDone = (await git(directory, 'rev-parse', 'HEAD')) !== parent;
      const repository = await openCheckout(directory, GIT);
      const outcome = await repository.commit(
        change(parent, Object.fromEntries(PATHS.map(path => [path, 'new\n']))),
      );
      expect(outcome.kind).toBe(isDone ? 'moved' : 'committed');
      expect(await git(directory, 'rev-parse', 'HEAD~1')).toBe(parent);
      expect(await git(directory, 'status', '--porcelain', '--untracked-files=no')).toBe('');
      await git(directory, 'fsck', '--strict');
    }
  });
});
