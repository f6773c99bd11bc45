import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { demo } from '../../src/cli/demo.ts';

it('a demo that a full disk ended names the directory that is in the way of the next run', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'promote-demo-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const nothing = { write: () => undefined };
  const signal = new AbortController().signal;
  const io = { cwd: directory, env: {}, stdout: nothing, stderr: nothing, signal };
  const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
  const run = () => Promise.reject(full);
  await expect(demo(io, { directory }, run)).rejects.toMatchObject({
    code: 'SYSTEM',
    hint: expect.stringContaining(`${directory} has half of a demo: remove it`),
  });
});
