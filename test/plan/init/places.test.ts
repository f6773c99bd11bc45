import { expect, it } from 'vitest';
import { doubtsOf } from '../../../src/plan/init/doubts.ts';
import { findLayout } from '../../../src/plan/init/layout.ts';

const values = (tag: string) => `image:\n  repository: registry.acme.example/shop/api\n  tag: ${tag}\n`;

it('says that several places of an environment are promoted together', () => {
  const files = { 'envs/qa/a.yaml': values('3'), 'envs/prod-eu/a.yaml': values('2') };
  const doubtsIn = (texts: object) =>
    doubtsOf(findLayout(new Map(Object.entries(texts))).environments, 'acme');
  expect(doubtsIn(files)).toEqual([]);
  expect(doubtsIn({ ...files, 'envs/prod-us/a.yaml': values('1') })).toEqual([
    'prod takes prod-eu and prod-us together: give each an entry of its own if one comes after another',
  ]);
});
