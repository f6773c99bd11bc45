import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeDotenv } from '../../src/cli/dotenv.ts';
import type { Io } from '../../src/cli/io.ts';
import type { GroupResult } from '../../src/reports/apply.ts';
import { builtMain } from '../built/run-promote.ts';

const main = builtMain();

/** A group whose pull request is there. */
function proposed(url: string): GroupResult {
  const decision = { group: 'all', judged: [], state: 'nothing' as const };
  const pullRequest = { number: 1, url };
  return { decision, pins: { kind: 'proposed', branch: 'b', commit: 'c', pullRequest } };
}

/** The file's lines, and what the log says. */
async function written(groups: readonly GroupResult[]) {
  return await writtenBy(io => writeDotenv(io, 'waiting', groups));
}

async function writtenBy(task: (io: Io) => Promise<unknown>) {
  const cwd = await mkdtemp(join(tmpdir(), 'promote-dotenv-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  let log = '';
  const sink = {
    write: (text: string) => {
      log += text;
    },
  };
  const { signal } = new AbortController();
  await task({ cwd, env: { PROMOTE_DOTENV: 'promote.env' }, stdout: sink, stderr: sink, signal });
  return { text: await readFile(join(cwd, 'promote.env'), 'utf8'), log };
}

describe('dotenv outputs', () => {
  it('say empty what there is not, so that no earlier value shows through', async () => {
    const { text, log } = await written([]);
    expect(text).toBe('PROMOTE_STATE=waiting\nPROMOTE_PLAN_DIGEST=\nPROMOTE_PULL_REQUEST_URL=\n');
    expect(log).toBe('');
  });

  it.each([['plan'], ['apply'], ['rollback', '--yes']])(
    'say that %s failed where it breaks off, so that no earlier state shows through',
    async (command, ...options) => {
      const { text } = await writtenBy(io => main([command, 'qa', ...options], io));
      expect(text).toContain('PROMOTE_STATE=failed\n');
    },
  );

  it('name each pull request once', async () => {
    const [one, two] = [proposed('https://gitlab.example/a/-/1'), proposed('https://gitlab.example/a/-/2')];
    const { text } = await written([one, two, one]);
    expect(text).toContain(
      '\nPROMOTE_PULL_REQUEST_URL=https://gitlab.example/a/-/1,https://gitlab.example/a/-/2\n',
    );
  });

  it.each([
    'https://a/\nPATH=/evil',
    'https://a/$CI_JOB_TOKEN',
    'https://a/"b"',
    "https://a/'b'",
    'https://a/ b',
  ])('leave out %j, and say so', async url => {
    const { text, log } = await written([proposed(url)]);
    expect(text).toMatch(/\nPROMOTE_PULL_REQUEST_URL=\n$/);
    expect(log).toContain('1 of 1');
  });

  it('stay within what GitLab takes, with whole values', async () => {
    const urls = Array.from(
      { length: 200 },
      (_, index) => `https://gitlab.example/acme/gitops/-/merge_requests/${index}`,
    );
    const { text, log } = await written(urls.map(proposed));
    expect(text.length).toBeLessThan(5_000);
    const kept = /URL=(.*)/.exec(text)?.[1]?.split(',') ?? [];
    expect(kept).toEqual(urls.slice(0, kept.length));
    expect(log).toContain(`${200 - kept.length} of 200`);
  });
});
