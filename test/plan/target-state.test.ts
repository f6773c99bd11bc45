import { describe, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import { isComplete, isTagged, type TargetState } from '../../src/plan/target-state.ts';
import { candidate, digestNamed } from '../fixtures/candidates.ts';

const TAGS = [
  { name: '2.0.0', moves: false },
  { name: '2', moves: true },
];
const TARGETS = ['eu.example/api', 'us.example/api'].map(name => ({
  repository: parseRepositoryName(name),
  tags: TAGS,
}));
const PINNED = candidate('api', { edits: [], targets: TARGETS });

/** All is there at every target, but for the given differences at the last one. */
function states(changes: Partial<TargetState> = {}): readonly TargetState[] {
  return TARGETS.map(({ repository, tags }, at) => ({
    repository,
    present: true,
    signed: true,
    recorded: true,
    tags: new Map(tags.map(({ name }) => [name, PINNED.digest])),
    ...(at === TARGETS.length - 1 ? changes : {}),
  }));
}

function named(changes: Readonly<Record<string, Candidate['digest'] | undefined>>): TargetState['tags'] {
  return new Map(Object.entries({ '2.0.0': PINNED.digest, 2: PINNED.digest, ...changes }));
}

const OTHER_TAGS: readonly [string, Partial<TargetState>][] = [
  ['a tag names another digest', { tags: named({ '2.0.0': digestNamed('other') }) }],
  ['a tag that moves names another digest', { tags: named({ 2: digestNamed('other') }) }],
  ['a tag is free', { tags: named({ '2.0.0': undefined }) }],
  ['nothing is known of the tags', { tags: new Map() }],
  ['another repository was looked at', { repository: parseRepositoryName('asia.example/api') }],
];

describe('a promotion', () => {
  it('is complete where everything is there and the pins are right', () => {
    expect(isComplete(PINNED, states())).toBe(true);
  });

  it('is not where a pin is to be edited, or nothing is known', () => {
    expect(isComplete(candidate('api', { targets: TARGETS }), states())).toBe(false);
    expect(isComplete(PINNED, [])).toBe(false);
  });

  it.each<[string, Partial<TargetState>]>([
    ['the image is absent', { present: false }],
    ['the signature is absent', { signed: false }],
    ['the record is absent', { recorded: false }],
    ...OTHER_TAGS,
  ])('is not where at one target %s', (_, changes) => {
    expect(isComplete(PINNED, states(changes))).toBe(false);
  });
});

describe('a candidate', () => {
  it('is tagged where every tag names it at every target, whatever else is missing', () => {
    expect(isTagged(candidate('api', { targets: TARGETS }), states({ signed: false }))).toBe(true);
  });

  it.each(OTHER_TAGS)('is not where at one target %s', (_, changes) => {
    expect(isTagged(PINNED, states(changes))).toBe(false);
  });

  it('is not where it gets no tag: nothing shows then that all else is there', () => {
    const targets = TARGETS.map(target => ({ ...target, tags: [] }));
    expect(isTagged(candidate('api', { targets }), states())).toBe(false);
  });
});
