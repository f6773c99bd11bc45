import { describe, expect, it } from 'vitest';
import { history, type PinCommit } from '../../src/plan/history.ts';
import type { PinMove, PinState } from '../../src/plan/pin-moves.ts';
import { readTrailers } from '../../src/plan/trailers.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const trailer = (version: string) =>
  `Promote\n\nPromote-Environment: qa\nPromote-Image: api@${digestNamed(version)}\n`;

describe('history', () => {
  it.each<[string, readonly PinCommit[], readonly string[]]>([
    ['what came by a trailer', [to('1', trailer('1'))], ['promotion']],
    ['what came from the source', [{ ...to('1'), source: [source('1')] }], ['promotion']],
    ['what the source had long before', [sourceHas('1'), to('2'), to('1', 'x', '2')], ['edit', 'promotion']],
    ['what nothing tells of', [to('1')], ['edit']],
    ['a trailer of another digest', [to('1', trailer('2'))], ['edit']],
    ['a trailer of another environment', [to('1', trailer('1').replace('qa', 'dev'))], ['edit']],
    [
      'going back',
      [to('1', trailer('1')), to('2', trailer('2'), '1'), to('1', 'x', '2')],
      ['promotion', 'promotion', 'rollback'],
    ],
    [
      'going back and on again',
      [to('1', trailer('1')), to('2', trailer('2'), '1'), to('1', 'x', '2'), to('2', trailer('2'), '1')],
      ['promotion', 'promotion', 'rollback', 'promotion'],
    ],
    [
      'going back by promote to what is older than all that was read',
      [to('2', trailer('2'), '1'), to('0', reverting('0'), '2'), to('2', trailer('2'), '0')],
      ['promotion', 'rollback', 'promotion'],
    ],
    [
      'promoting anew what a person had replaced',
      [to('1', trailer('1')), to('9', 'x', '1'), to('1', trailer('1'), '9')],
      ['promotion', 'edit', 'promotion'],
    ],
    [
      'going back to what was pinned by its tag alone',
      [byTag('1'), to('2', trailer('2'), '1'), to('1', reverting('1'), '2')],
      ['edit', 'promotion', 'rollback'],
    ],
    [
      'a commit whose message lies',
      [to('1', trailer('1')), to('2', 'Revert "all"', '1')],
      ['promotion', 'edit'],
    ],
  ])('tells %s', (_, commits, kinds) => {
    const events = history('qa', commits).toReversed();
    expect(events.flatMap(({ images }) => images.map(({ kind }) => kind))).toEqual(kinds);
  });

  it('says what each image was before and after, and by which commit it was taken back', () => {
    const commits = [to('1', trailer('1')), to('2', trailer('2'), '1'), to('1', 'x', '2')];
    const [back, on] = history('qa', commits);
    expect([back?.images[0]?.before, back?.images[0]?.after]).toEqual([[state('2')], [state('1')]]);
    expect(on?.images[0]?.moves).toMatchObject([{ undoneBy: back?.commit }]);
  });

  it('knows a change as taken back by a rollback to what is older than all that was read', () => {
    const [back, on] = history('qa', [to('2', trailer('2'), '1'), to('0', reverting('0'), '2')]);
    expect(on?.images[0]?.moves).toMatchObject([{ undoneBy: back?.commit }]);
  });

  it('leaves out commits that moved no pin', () => {
    expect(history('qa', [sourceHas('1')])).toEqual([]);
  });
});

describe('trailers', () => {
  it.each([
    ['at the end', trailer('1'), 1],
    ['indented by a squash', `Squash\n\n* ${trailer('1').replaceAll('\n', '\n  ')}`, 1],
    ['of several promotions', trailer('1') + trailer('2'), 2],
    ['in no message', 'Promote api\n', 0],
  ])('are found %s', (_, message, images) => {
    expect(readTrailers(message).images).toHaveLength(images);
  });
});

let count = 0;

function reverting(version: string): string {
  return `Revert "Promote"\n\nThis reverts commit ${'a'.repeat(40)}.\n\n${trailer(version)}`;
}

function byTag(version: string): PinCommit {
  const { moves, ...rest } = to(version);
  const after = { value: `api:${version}`, tag: version };
  return { ...rest, moves: moves.map(move => ({ ...move, after })) };
}

function to(version: string, message = 'x', from?: string): PinCommit {
  count += 1;
  const place = { image: 'api', file: 'qa/api.yaml', locator: '0:image' };
  const move: PinMove = { ...place, ...(from && { before: state(from) }), after: state(version) };
  return {
    commit: `c${count}`,
    date: new Date(0),
    author: 'a',
    message,
    moves: [move],
    source: [],
    unreadable: [],
  };
}

function state(version: string): PinState {
  return { value: version, tag: version, digest: digestNamed(version) };
}

function source(version: string) {
  return { image: 'api', digest: digestNamed(version) };
}

function sourceHas(version: string): PinCommit {
  return { ...to(version), moves: [], source: [source(version)] };
}
