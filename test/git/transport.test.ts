import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { type GitContext, runGit } from '../../src/git/executable/run.ts';
import type { Transport } from '../../src/git/options.ts';
import { temporaryDirectory } from './fixture.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A `git` that ends when it has read its input. */
async function context(remote: string | undefined, told: Transport[]): Promise<GitContext> {
  const directory = await temporaryDirectory();
  const executable = join(directory, 'git');
  await writeFile(executable, '#!/bin/sh\ncat > /dev/null\n');
  await chmod(executable, 0o755);
  const onTransport = (transport: Transport) => told.push(transport);
  const { PATH } = process.env;
  return {
    ...{ executable, directory, env: { PATH }, secrets: [], timeout: 300_000, signal: undefined },
    ...{ remote, onTransport },
  };
}

it('says after two seconds that Git still reaches its remote, and for how long at most', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const told: Transport[] = [];
  const place = await context('https://git.example/a', told);
  const running = runGit(place, ['-c', 'push.negotiate=true', 'push', 'promote']);
  vi.advanceTimersByTime(1_999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  const command = { command: 'git push', url: 'https://git.example/a' };
  expect(told).toEqual([{ ...command, kind: 'slow', seconds: 300 }]);
  await running;
  expect(told.at(-1)).toEqual({ ...command, kind: 'ended', code: 0 });
});

it('says nothing of what Git does on this machine', async () => {
  const told: Transport[] = [];
  await runGit(await context(undefined, told), ['cat-file', '--batch']);
  expect(told).toEqual([]);
});
