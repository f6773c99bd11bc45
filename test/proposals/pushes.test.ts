import { describe, expect, it } from 'vitest';
import type { PushedHead } from '../../src/forges/forge.ts';
import { readPushes } from '../../src/proposals/pushes.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const US = { id: '1', name: 'promote' };
const ALICE = { id: '7', name: 'alice' };
const [ONE, TWO] = [digestNamed('one'), digestNamed('two')];

function head(commit: string, changes: Partial<PushedHead> = {}): PushedHead {
  return { commit, pusher: US, message: message(ONE), parent: 'base', ...changes };
}

function message(plan: string, ...requesters: readonly string[]): string {
  const trailers = requesters.map(name => `Promote-Requested-By: ${name}`);
  return ['Promote api', '', `Promote-Plan: ${plan}`, ...trailers].join('\n');
}

describe('what was pushed to a branch', () => {
  it('names everyone who asked, over all commits that promote pushed', () => {
    const heads = [
      head('a', { message: message(ONE, 'alice 7') }),
      head('b', { message: message(TWO, 'bob 8', 'rita') }),
    ];
    expect(readPushes(heads, US).requesters).toEqual([
      { name: 'alice', id: '7' },
      { name: 'bob', id: '8' },
      { name: 'rita' },
    ]);
  });

  it('proves nothing by what anybody else wrote', () => {
    const heads = [
      head('a', { message: message(ONE, 'alice 7') }),
      head('b', { pusher: ALICE, message: message(TWO, 'carol 9') }),
    ];
    const { requesters, commitOf } = readPushes(heads, US);
    expect(requesters).toEqual([{ name: 'alice', id: '7' }]);
    expect(commitOf('b')?.plan).toBe(ONE);
  });

  it.each<[string, readonly PushedHead[], string, string | undefined]>([
    ['our own commit', [head('a'), head('b', { message: message(TWO) })], 'a', ONE],
    [
      'a merge of the base, by whoever pressed the button',
      [head('a'), head('b', { pusher: ALICE })],
      'b',
      ONE,
    ],
    [
      'our commit that somebody pushed again',
      [head('a'), head('b', { message: message(TWO) }), head('a', { pusher: ALICE })],
      'a',
      ONE,
    ],
    ['a commit before any of ours', [head('a', { pusher: ALICE }), head('b')], 'a', undefined],
    ['a commit that was never there', [head('a')], 'x', undefined],
  ])('gives %s its plan', (_, heads, commit, plan) => {
    expect(readPushes(heads, US).commitOf(commit)?.plan).toBe(plan);
  });

  it.each<[string, readonly PushedHead[]]>([
    ['no push is listed', []],
    ['nobody is named for one', [head('a'), head('b', { pusher: undefined })]],
    ['one of ours cannot be read', [head('a', { message: undefined }), head('b')]],
  ])('is not known where %s', (_, heads) => {
    expect(readPushes(heads, US).unread).toEqual(expect.any(String));
  });

  it('is known where all of it is told', () => {
    const theirs = head('b', { pusher: ALICE, message: undefined });
    expect(readPushes([head('a'), theirs], US).unread).toBeUndefined();
  });
});
