import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { digestNamed } from '../fixtures/candidates.ts';

describe('promote keep --check', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promote-keep-'));
  });
  afterAll(async () => await rm(directory, { recursive: true, force: true }));

  it.each([
    [
      'a word that is neither digest nor file',
      'latest',
      undefined,
      '"latest" is no digest, and no such file',
    ],
    ['a short digest', 'sha256:0123', undefined, '"sha256:0123" is no digest'],
    ['a file without any', 'doomed.txt', '# none\n\n', 'doomed.txt names no digest'],
    [
      'a line that is none',
      'doomed.txt',
      `${digestNamed('a')}\nlatest\n`,
      'doomed.txt:2: "latest" is no digest',
    ],
  ])('refuses %s before it asks anybody', async (_, entry, text, message) => {
    if (text !== undefined) await writeFile(join(directory, entry), text);
    const { code, stderr } = await runPromote(directory, { HOME: directory }, ['keep', '--check', entry]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain('hint: name digests');
  });
});

describe('promote keep with rules', () => {
  it.each([
    [['--format', 'ecr', '--check', digestNamed('a')], 'leave out --format ecr'],
    [['--older-than', '30'], '--older-than is for rules: --format ecr, harbor'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runPromote(tmpdir(), {}, ['keep', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
