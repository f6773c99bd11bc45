import { expect, it } from 'vitest';
import { allRequesters, distinctRequesters, isRequester, requestersOf } from '../../src/gates/approvals.ts';

const REQUEST = {
  environment: 'qa',
  images: new Map(),
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  evidence: 'all',
} as const;

it.each([
  ['who started the run, under whatever name', { id: '7', name: 'alice' }, true],
  ['whom the run was started for', { id: '9', name: 'rita' }, true],
  ['nobody else', { id: '8', name: 'bob' }, false],
])('asked for the promotion: %s', (_, person, expected) => {
  const requesters = requestersOf({
    ...REQUEST,
    requestedBy: 'rita',
    requesters: [{ name: 'alice', id: '7' }],
  });
  expect(requesters.some(requester => isRequester(person, requester))).toBe(expected);
});

it('are each counted once, by id where it is known', () => {
  const asked = [{ name: 'alice' }, { name: 'Alice', id: '7' }, { name: 'alice', id: '7' }, { name: 'rita' }];
  expect(distinctRequesters(asked)).toEqual([{ name: 'alice', id: '7' }, { name: 'rita' }]);
});

it('keep a name that somebody of another run was known by, since it may be another person now', () => {
  const first = [{ name: 'alice', id: '7' }];
  const all = allRequesters([first, [{ name: 'Alice' }], first]);
  expect(all).toEqual([{ name: 'alice', id: '7' }, { name: 'Alice' }]);
  expect(all.some(one => isRequester({ id: '9', name: 'alice' }, one))).toBe(true);
});
