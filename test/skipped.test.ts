import { expect, it } from 'vitest';
import { skippedLines } from './skipped.ts';

it('says of each skipped suite what it needs, and nothing where nothing was skipped', () => {
  const suite = 'test/a.test.ts: docker-registry (needs docker-registry)';
  expect(skippedLines([`${suite} > one`, `${suite} > two`, 'test/b.test.ts: alone'])).toEqual([
    'skipped 3 of the tests:',
    `  ${suite}: 2 tests`,
    '  test/b.test.ts: alone',
  ]);
  expect(skippedLines([])).toEqual([]);
});
