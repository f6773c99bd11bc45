import { expect, it } from 'vitest';
import { namedFirst } from '../../src/action/first-attempt.ts';

const SAME = `sha256:${'a'.repeat(64)}`;

it('knows the plans that the first attempt of the run named, and asks for none in it', async () => {
  const asked: string[] = [];
  const effects = {
    saidInFirstAttempt: async (title: string) => {
      asked.push(title);
      return [`${SAME} sha256:short`, 'words'];
    },
  };
  expect(await namedFirst({ env: { GITHUB_RUN_ATTEMPT: '1' } }, effects)).toEqual(new Set());
  expect(asked).toEqual([]);
  expect(await namedFirst({ env: { GITHUB_RUN_ATTEMPT: '2' } }, effects)).toEqual(new Set([SAME]));
  expect(asked).toEqual(['promote plan']);
  expect(await namedFirst({ env: { GITHUB_RUN_ATTEMPT: '2' } }, {})).toEqual(new Set());
});
