import { describe, expect, it } from 'vitest';
import type { SignedApproval } from '../../src/environments/gates/signed-approval.ts';
import type { FoundApproval } from '../../src/gates/approvals.ts';
import { evaluatePlan } from '../../src/gates/evaluate.ts';
import type { Facts, SignedFacts } from '../../src/gates/facts.ts';
import { signedApprovalGate } from '../../src/gates/signed-approval.ts';
import { tallySigned } from '../../src/gates/tally-signed.ts';
import { assemblePlan, EARLIER } from '../../src/plan/plan.ts';
import { candidate, digestNamed, environment, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const DAY = 24 * 60 * 60 * 1000;
const PLAN = assemblePlan({
  base: { repository: 'repo', branch: 'main', commit: 'c0ffee' },
  environment: environment(),
  group: 'all',
  ...POLICY,
  members: [candidate('api'), candidate('web')],
});
const person = (name: string, forge?: string) => ({ name, forge, signers: [] });
const GATE: SignedApproval = {
  count: 2,
  maxAge: 7 * DAY,
  signers: [person('alice', 'alice-of-acme'), person('bob'), person('carol')],
};
const PINNED = new Map([
  ['api', 'aaaa'],
  ['web', null],
]);

function by(name: string, changes: Partial<FoundApproval> = {}): FoundApproval {
  const members = [...PINNED].map(([image, pinnedBy]) => ({ image, digest: digestNamed(image), pinnedBy }));
  return {
    environment: 'qa',
    planDigest: PLAN.digest,
    members,
    time: '2026-11-20T09:00:00Z',
    expires: '2026-11-27T09:00:00Z',
    place: `${name}.json`,
    isGiven: true,
    person: GATE.signers.find(one => one.name === name) ?? person(name),
    signer: `key of ${name}`,
    ...changes,
  };
}

function judge(
  found: readonly FoundApproval[],
  changes: Partial<SignedFacts> = {},
  facts: Partial<Facts> = {},
  plan = PLAN,
) {
  const signed = {
    found,
    refused: [],
    requesters: [],
    proposers: new Map(),
    pinnedBy: PINNED,
    tally: tallySigned,
    ...changes,
  };
  const gates = { approval: { by: 'signature', count: 2, users: [], teams: [], signed: GATE } } as const;
  return signedApprovalGate.judge(plan, { ...NOTHING, ...facts, signed }, environment({ gates }));
}

const notes = (verdict: ReturnType<typeof judge>) => verdict?.reason.split('; ').slice(1).join('; ');

describe('approval by signature', () => {
  it('counts what was signed before trusted roots counted by their content', () => {
    const found = [by('alice'), by('bob')];
    const plan = { ...PLAN, digest: digestNamed('by content') };
    expect(judge(found, {}, {}, { ...plan, [EARLIER]: PLAN.digest })).toMatchObject({ kind: 'open' });
    expect(judge(found, {}, {}, plan)?.kind).not.toBe('open');
  });

  it('opens for enough people, and says when that ends', () => {
    const verdict = judge([by('alice'), by('bob', { expires: '2026-11-22T09:00:00Z' })]);
    expect(verdict).toMatchObject({
      kind: 'open',
      gate: 'approval',
      reason: 'signed by 2 of 2: alice, bob',
      closesAt: '2026-11-22T09:00:00.000Z',
      approvals: [
        { kind: 'signature', name: 'alice', id: 'key of alice', at: '2026-11-20T09:00:00Z' },
        { name: 'bob' },
      ],
    });
    const three = judge([by('alice'), by('bob', { expires: '2026-11-22T09:00:00Z' }), by('carol')]);
    expect(three).toMatchObject({ kind: 'open', closesAt: '2026-11-27T09:00:00.000Z' });
  });

  it('waits for the others, and says how they sign', () => {
    expect(judge([by('alice')])).toMatchObject({
      kind: 'waiting',
      reason: '1 of 2 signed approvals by alice, bob, carol; so far alice',
      hint: expect.stringContaining(`approve ${PLAN.digest}`),
    });
  });

  it('says how a plan is written down that no digest finds', () => {
    expect(judge([], {}, { writesPlans: 'promote plan dev --out plan.json' })).toMatchObject({
      hint: 'write its plan: promote plan dev --out plan.json; sign that: promote approve plan.json --key <key> --attach',
    });
  });

  it.each<[string, FoundApproval, string, Partial<SignedFacts>?]>([
    ['for another plan', by('bob', { planDigest: digestNamed('x') }), 'bob: signed another plan, '],
    ['that expired', by('bob', { expires: '2026-11-21T08:59:59Z' }), 'bob: expired at 2026-11-21T08:59:59'],
    [
      'that is older than the gate allows',
      by('bob', { time: '2026-11-01T09:00:00Z' }),
      'bob: expired at 2026-11-08T09:00:00',
    ],
    [
      'from the future',
      by('bob', { time: '2026-11-22T09:00:00Z', expires: '2026-11-23T09:00:00Z' }),
      'bob: signed in the future',
    ],
    [
      'that is spent',
      by('bob'),
      'bob: spent: bbbb pins api since',
      { pinnedBy: new Map([...PINNED, ['api', 'bbbb']]) },
    ],
    [
      'of what nothing pinned then',
      by('bob'),
      'bob: spent: bbbb pins web since',
      { pinnedBy: new Map([...PINNED, ['web', 'bbbb']]) },
    ],
    [
      'where the history does not tell',
      by('bob'),
      'bob: the history that was read does not show which commit pins web',
      { pinnedBy: new Map([['api', 'aaaa']]) },
    ],
    [
      'without a member',
      by('bob', { members: by('bob').members.slice(0, 1) }),
      'names no commit that pins web',
    ],
    ["that is the requester's own", by('bob'), 'bob: asked for it', { requesters: [{ name: 'Bob' }] }],
    [
      "that is the branch's requester's",
      by('bob'),
      'bob: asked for it',
      { proposers: new Map([['all', [{ id: '7', name: 'bob' }]]]) },
    ],
    [
      'by one person under two keys',
      by('alice', { signer: 'her other key' }),
      'alice: signed twice, and counts once',
    ],
  ])('does not count one %s', (_, second, note, changes) => {
    const verdict = judge([by('alice'), second], changes);
    expect(verdict).toMatchObject({ kind: 'waiting' });
    expect(notes(verdict)).toContain(`not counted:`);
    expect(notes(verdict)).toContain(note);
  });

  it("knows a person by the forge's account as well", () => {
    const reviews = {
      author: { id: '1', name: 'bot' },
      head: 'plan',
      reviews: [],
      members: new Map(),
    } as const;
    const asked = { ...reviews, requesters: [{ id: '9', name: 'Alice-of-Acme' }] };
    const verdict = judge([by('alice'), by('bob')], {}, { reviews: new Map([['all', asked]]) });
    expect(notes(verdict)).toBe('so far bob; not counted: alice: asked for it');
  });

  it('counts what is found at several images once, and is silent about what lies there for other plans', () => {
    const attached = by('alice', { isGiven: false, place: 'oci:a', manifest: digestNamed('m') });
    const earlier = by('bob', { isGiven: false, planDigest: digestNamed('x') });
    const verdict = judge([attached, { ...attached, place: 'oci:b' }, earlier]);
    expect(verdict?.reason).toBe('1 of 2 signed approvals by alice, bob, carol; so far alice');
    expect(verdict?.evidence).toEqual([digestNamed('m')]);
  });

  it('stands beside reviews where both are asked for, and each decides', () => {
    const gates = { approval: { by: 'review', count: 1, users: [], teams: [], signed: GATE } } as const;
    const signed = {
      found: [by('alice'), by('bob')],
      refused: [],
      requesters: [],
      proposers: new Map(),
      pinnedBy: PINNED,
      tally: tallySigned,
    };
    const verdicts = evaluatePlan(PLAN, { ...NOTHING, signed }, environment({ gates }));
    expect(verdicts.map(({ gate, kind }) => `${gate} ${kind}`)).toEqual([
      'approval waiting',
      'approval open',
    ]);
  });

  it('is asked of rollbacks as the rollback says, and of nothing else', () => {
    const approval = { by: 'signature', count: 2, users: [], teams: [], signed: GATE } as const;
    const back = { ...PLAN, kind: 'rollback' as const };
    const of = (plan: typeof PLAN) =>
      signedApprovalGate.judge(
        plan,
        { ...NOTHING, kind: 'rollback' },
        environment({ rollback: { approval } }),
      )?.kind;
    expect([of(back), of(PLAN)]).toEqual(['waiting', undefined]);
  });
});
