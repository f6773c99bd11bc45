import { describe, expect, it } from 'vitest';
import type { Hold } from '../../src/environments/holds/holds.ts';
import { backwardGate } from '../../src/gates/backward.ts';
import type { Facts, HoldFacts } from '../../src/gates/facts.ts';
import { holdFacts, holdGate } from '../../src/gates/hold.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const QA = environment();
const API = candidate('api');

describe('a hold', () => {
  it.each([
    ['the digest', held({}), 'closed'],
    ['all of the image', held({ digest: 'all' }), 'closed'],
    ['another digest, which is older', held({ digest: digestNamed('api 1') }), undefined],
    ['another image', held({ image: 'web', digest: 'all' }), undefined],
    ['the digest until yesterday', held({ until: '2026-11-20' }), undefined],
    ['the digest, and was lifted', held({ lifted: { by: 'bob', since: '2026-11-20T00:00:00Z' } }), undefined],
  ])('on %s', (_, facts, kind) => {
    expect(holdGate.judge(API, facts, QA)?.kind).toBe(kind);
  });

  it('on all of an image prevents no rollback, and one on the digest does', () => {
    const judge = (facts: Facts) => holdGate.judge(API, { ...facts, kind: 'rollback' }, QA)?.kind;
    expect(judge(held({ digest: 'all' }))).toBeUndefined();
    expect(judge(held({}))).toBe('closed');
  });

  it('on everything stops promotions, rollbacks and what would complete a pin', () => {
    const stop = held({ image: '*', digest: 'all' });
    const all = [stop, { ...stop, kind: 'rollback' as const }];
    const answers = all.flatMap(facts =>
      [API, { ...API, edits: [] }].map(one => holdGate.judge(one, facts, QA)),
    );
    expect(answers.map(answer => answer?.kind)).toEqual(['closed', 'closed', 'closed', 'closed']);
    expect(answers[0]).toMatchObject({ hint: 'to end the stop: promote lift qa' });
    expect(holdGate.judge(API, held({ image: '*', digest: 'all', until: '2026-11-20' }), QA)).toBeUndefined();
  });

  it('says why, who, since when, and what releases it', () => {
    const verdict = holdGate.judge(API, held({}), QA);
    expect(verdict?.reason).toMatch(/alice.*2026-11-01.*it breaks/);
    expect(verdict).toMatchObject({ hint: expect.stringContaining('promote lift qa api') });
  });

  it('closes everything while its file cannot be read', () => {
    const facts = { ...NOTHING, holds: { kind: 'unreadable', reason: 'broken' } } as const;
    expect(holdGate.judge(API, facts, QA)?.kind).toBe('closed');
  });

  it('on all of an image lets what is pinned be completed, and one on the digest does not', () => {
    const pinned = { ...API, edits: [] };
    expect(holdGate.judge(pinned, held({ digest: 'all' }), QA)).toBeUndefined();
    expect(holdGate.judge(pinned, held({}), QA)?.kind).toBe('closed');
  });
});

describe('a hold that was lifted', () => {
  const pinnedBefore = { pinnedBefore: new Set([API.digest]) };
  const lifted = { lifted: { by: 'bob', since: '2026-11-20T00:00:00Z' } };

  it('answers for a digest that was pinned here before, and for no other', () => {
    expect(backwardGate.judge(API, { ...held({}), ...pinnedBefore }, QA)?.kind).toBe('closed');
    expect(backwardGate.judge(API, { ...held(lifted), ...pinnedBefore }, QA)?.kind).toBe('open');
    const other = held({ ...lifted, digest: digestNamed('api 1') });
    expect(backwardGate.judge(API, { ...other, ...pinnedBefore }, QA)?.kind).toBe('closed');
    expect(
      backwardGate.judge(API, { ...held({ ...lifted, digest: 'all' }), ...pinnedBefore }, QA)?.kind,
    ).toBe('closed');
  });

  it('is what the backward gate names as the way out', () => {
    expect(backwardGate.judge(API, { ...NOTHING, ...pinnedBefore }, QA)).toMatchObject({
      hint: expect.stringContaining(`promote lift qa api --digest ${API.digest}`),
    });
  });
});

function held(changes: Partial<Hold>): Facts {
  const since = '2026-11-01T00:00:00Z';
  const base = {
    environment: 'qa',
    image: 'api',
    digest: API.digest,
    reason: 'it breaks',
    by: 'alice',
    since,
  };
  const holds: HoldFacts = { kind: 'read', holds: [{ ...base, ...changes }] };
  return { ...NOTHING, holds };
}

it('a holds file with many problems is named with the first one, in one line', () => {
  const facts = holdFacts(QA, '- { environment: qa, imag: api }\n');
  expect(facts).toEqual({
    kind: 'unreadable',
    reason: expect.stringMatching(
      /^promote-holds\.yaml cannot be read: promote-holds\.yaml:1:\d+: .+, and \d more problems$/,
    ),
  });
});
