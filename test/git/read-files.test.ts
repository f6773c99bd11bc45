import { expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { planChanges } from '../../src/git/changes.ts';
import { readFiles, readKept } from '../../src/git/read-files.ts';
import type { Repository } from '../../src/git/repository.ts';
import { assertFileSize } from '../../src/git/text.ts';

const COMMIT = '1'.repeat(40);
const FILES = [{ path: 'prod/movie.yaml', blob: 'b'.repeat(40) }];
const repository = {
  list: async () => FILES,
  read: async () => assertFileSize('b'.repeat(40), 2, 1),
} as unknown as Repository;

it('names the file that is larger than any that is read, and how to leave it out', async () => {
  const expected = {
    code: 'TOO_LARGE',
    message: 'prod/movie.yaml: 2 bytes, at most 1 are read',
    hint: expect.stringContaining('exclude'),
  };
  await expect(readFiles(repository, COMMIT, () => true)).rejects.toMatchObject(expected);
  const isKept = () => true;
  await expect(readKept(repository, FILES, isKept, isKept)).rejects.toMatchObject(expected);
});

it('never writes a text that was no UTF-8', () => {
  const change = () => planChanges(COMMIT, new Map([['a.yaml', 'caf\udcff: 1\n']]), new Map());
  expect(change).toThrow(PromoteError);
  expect(change).toThrow('commit to "a.yaml" refused');
});
