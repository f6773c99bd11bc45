import { describe, expect, it } from 'vitest';
import { history, type PinCommit } from '../../src/plan/history.ts';
import type { PinState } from '../../src/plan/pin-moves.ts';
import { pinsToRollBack } from '../../src/plan/rollback.ts';
import { type RollbackTarget, undoneChanges } from '../../src/plan/rollback-target.ts';
import { digestNamed } from '../fixtures/candidates.ts';

/** Each commit moves pins to versions; a star marks a promotion. Newest last. */
type Script = readonly Readonly<Record<string, string>>[];

const TWO: Script = [{ a: '1*', b: '1*' }, { a: '2*', b: '2*' }, { a: '3*' }];

describe('going back', () => {
  it.each<[string, Script, RollbackTarget, object]>([
    ['by the last promotion', TWO, steps(1), { a: '2' }],
    ['by two', TWO, steps(2), { a: '1', b: '1' }],
    ['past an edit of another pin', [...TWO, { b: '9' }], steps(1), { a: '2' }],
    ['past an edit of the same pin, which is named', [...TWO, { a: '9' }], steps(1), { a: '2!' }],
    ['the same after it was done', [...TWO, { a: '2' }], steps(1), { a: '2' }],
    ['no further where it went further already', [...TWO, { a: '1', b: '1' }], steps(1), {}],
    ['past what was undone and done anew', [...TWO, { a: '2' }, { a: '4*' }], steps(2), { a: '1', b: '1' }],
    ['by an edit where nothing was promoted', [{ a: '1' }, { a: '2' }], steps(1), { a: '1' }],
    ['to a commit', TWO, to(`${'0'.repeat(39)}1`), { a: '1', b: '1' }],
    ['to the newest commit', TWO, to(`${'0'.repeat(39)}3`), {}],
    ['to a time', TWO, to('1970-01-01T00:00:02.500Z'), { a: '2' }],
    ['to a version', TWO, to('v2'), { a: '2' }],
    [
      'to a version that reads as a date',
      [{ a: '1999-12-31*' }, { a: '2*' }],
      to('1999-12-31'),
      { a: '1999-12-31' },
    ],
    [
      'to a commit before an edit, which is named',
      [...TWO, { b: '9' }],
      to(`${'0'.repeat(39)}2`),
      { a: '2', b: '2!' },
    ],
  ])('%s', (_, script, target, expected) => {
    const events = history('qa', script.map(commit));
    const pins = pinsToRollBack(events, undoneChanges(events, target));
    const found = pins.map(({ file, to: { tag }, moved }) => [file, `${tag}${moved ? '!' : ''}`]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it.each<[string, RollbackTarget]>([
    ['further than there was', steps(4)],
    ['to a version that never was', to('v7')],
    ['to a time before everything', to('1969-01-01')],
  ])('is refused %s', (_, target) => {
    const events = history('qa', TWO.map(commit));
    expect(() => undoneChanges(events, target)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

function steps(count: number): RollbackTarget {
  return { kind: 'steps', count };
}

function to(text: string): RollbackTarget {
  return { kind: 'to', text };
}

function commit(pins: Readonly<Record<string, string>>, index: number, script: Script): PinCommit {
  const before = (file: string) => script.slice(0, index).findLast(entry => file in entry)?.[file];
  const moves = Object.entries(pins).map(([file, version]) => {
    const old = before(file);
    return {
      image: 'api',
      file,
      locator: '0:image',
      ...(old && { before: state(old) }),
      after: state(version),
    };
  });
  const source = Object.values(pins)
    .filter(version => version.endsWith('*'))
    .map(version => ({ image: 'api', digest: digestNamed(state(version).value) }));
  const name = String(index + 1).padStart(40, '0');
  return {
    commit: name,
    date: new Date((index + 1) * 1000),
    author: 'a',
    message: 'x',
    moves,
    source,
    unreadable: [],
  };
}

function state(written: string): PinState {
  const value = `v${written.replace('*', '')}`;
  return { value, tag: value.slice(1), digest: digestNamed(value) };
}
