import { describe, expect, it } from 'vitest';
import type { ApprovalGate } from '../../src/environments/gates/approval.ts';
import { approvalGate } from '../../src/gates/approval.ts';
import type { GivenReview, ReviewFacts, RunFacts } from '../../src/gates/approvals.ts';
import type { Facts } from '../../src/gates/facts.ts';
import type { Candidate } from '../../src/plan/candidates.ts';
import { assemblePlan, type Plan } from '../../src/plan/plan.ts';
import { candidate, digestNamed, environment, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const PLAN = planOf([candidate('api')]);
const ANYONE: ApprovalGate = { by: 'review', count: 1, users: [], teams: [] };
const TEAM: ApprovalGate = { ...ANYONE, teams: ['acme/release'] };

function planOf(
  members: readonly Candidate[],
  changes: Partial<Parameters<typeof assemblePlan>[0]> = {},
): Plan {
  return assemblePlan({
    base: BASE,
    environment: environment(),
    group: 'all',
    ...POLICY,
    members,
    ...changes,
  });
}

function review(name: string, changes: Partial<GivenReview> = {}): GivenReview {
  return {
    reviewer: { id: name, name },
    verdict: 'approved',
    at: '2026-11-21T10:00:00.000Z',
    url: `https://forge.example/${name}`,
    canWrite: true,
    commit: 'c1',
    change: 'plan',
    ...changes,
  };
}

function judge(gate: ApprovalGate, reviews: readonly GivenReview[], changes: Partial<ReviewFacts> = {}) {
  const facts: ReviewFacts = {
    author: { id: 'bot', name: 'bot' },
    head: 'plan',
    reviews,
    requesters: [],
    members: new Map(),
    ...changes,
  };
  return approvalGate.judge(
    PLAN,
    factsOf({ reviews: new Map([['all', facts]]) }),
    environment({ gates: { approval: gate } }),
  );
}

function factsOf(changes: Partial<Facts>): Facts {
  return { ...NOTHING, ...changes };
}

describe('reviews', () => {
  it.each<[string, ApprovalGate, readonly GivenReview[], Partial<ReviewFacts>, 'open' | 'waiting']>([
    ['none', ANYONE, [], {}, 'waiting'],
    ['one of anyone', ANYONE, [review('alice')], {}, 'open'],
    ['one of two', { ...ANYONE, count: 2 }, [review('alice')], {}, 'waiting'],
    ['of another plan', ANYONE, [review('alice', { change: 'other' })], {}, 'waiting'],
    ['of a head that does more', ANYONE, [review('alice')], { head: 'other' }, 'waiting'],
    ['by the author', ANYONE, [review('bot')], {}, 'waiting'],
    ['of the plan before an upgrade', ANYONE, [review('alice', { change: 'former' })], {}, 'waiting'],
    ['by a bot', ANYONE, [review('x', { reviewer: { id: '', name: 'x[bot]' } })], {}, 'waiting'],
    ['without a commit and a time', ANYONE, [review('alice', { change: 'untold' })], {}, 'waiting'],
    ['where pushes are not known', ANYONE, [review('alice')], { unread: 'why' }, 'waiting'],
    ['by the requester', ANYONE, [review('alice')], { requesters: [{ id: 'alice', name: 'x' }] }, 'waiting'],
    [
      'by a requester known by name',
      ANYONE,
      [review('alice')],
      { requesters: [{ name: 'Alice' }] },
      'waiting',
    ],
    [
      'by a namesake of the requester',
      ANYONE,
      [review('alice')],
      { requesters: [{ id: '7', name: 'alice' }] },
      'open',
    ],
    ['without write access', ANYONE, [review('alice', { canWrite: false })], {}, 'waiting'],
    ['dismissed', ANYONE, [review('alice', { verdict: 'dismissed' })], {}, 'waiting'],
    [
      'for and against',
      ANYONE,
      [review('alice'), review('bob', { verdict: 'changes-requested' })],
      {},
      'waiting',
    ],
    [
      'against, by somebody who may not',
      ANYONE,
      [review('alice'), review('bob', { verdict: 'changes-requested', canWrite: false })],
      {},
      'open',
    ],
    ['by a named user', { ...ANYONE, users: ['Alice'] }, [review('alice')], {}, 'open'],
    ['by somebody else', { ...ANYONE, users: ['bob'] }, [review('alice')], {}, 'waiting'],
    [
      'by a member',
      TEAM,
      [review('alice')],
      { members: new Map([['acme/release', [{ id: 'alice', name: 'a' }]]]) },
      'open',
    ],
    [
      'by a namesake of a member',
      TEAM,
      [review('alice')],
      { members: new Map([['acme/release', [{ id: '9', name: 'alice' }]]]) },
      'waiting',
    ],
    ['by a member of an unknown team', TEAM, [review('alice')], {}, 'waiting'],
  ])('%s', (_, gate, reviews, changes, kind) => {
    expect(judge(gate, reviews, changes)?.kind).toBe(kind);
  });

  it('names who approved, when and where, and why others do not count', () => {
    const verdict = judge(ANYONE, [review('bot'), review('alice')]);
    expect(verdict).toMatchObject({
      approvals: [
        { kind: 'review', id: 'alice', at: '2026-11-21T10:00:00.000Z', url: 'https://forge.example/alice' },
      ],
    });
    expect(verdict?.reason).toContain('bot: opened the pull request');
  });
});

describe('a protected environment', () => {
  const gate: ApprovalGate = { ...ANYONE, by: 'environment' };
  const alice = { id: 'alice', name: 'alice' };
  const judgeRun = (
    changes: Partial<RunFacts>,
    users: readonly string[] = [],
    reviews: Facts['reviews'] = new Map(),
  ) => {
    const run: RunFacts = {
      approvals: [{ person: alice, environment: 'qa' }],
      plans: new Set([PLAN.digest]),
      late: new Set(),
      isAgain: false,
      earlier: [],
      requesters: [],
      members: new Map(),
      ...changes,
    };
    return approvalGate.judge(
      PLAN,
      factsOf({ run, reviews }),
      environment({ gates: { approval: { ...gate, users } } }),
    );
  };

  it('opens for the plan that an earlier job named', () => {
    expect(judgeRun({})?.kind).toBe('open');
    expect(judgeRun({}, ['alice'])?.kind).toBe('open');
  });

  it('counts nobody who asked in an earlier run, and nobody where that is not known', () => {
    const author = { id: 'bot', name: 'bot' };
    const proposed = { author, head: 'plan', reviews: [], members: new Map() } as const;
    const judged = (requesters: ReviewFacts['requesters'], unread?: string) =>
      judgeRun({}, [], new Map([['all', { ...proposed, requesters, unread }]]));
    expect(judged([{ id: '9', name: 'bob' }])?.kind).toBe('open');
    expect(judged([alice])?.reason).toContain('alice: asked for the promotion');
    expect(judged([], 'the forge does not list who pushed')?.reason).toContain('does not list who pushed');
  });

  it('says whose approval does not count', () => {
    expect(judgeRun({ requesters: [{ id: 'alice', name: 'a' }] })?.reason).toMatch(/not counted: alice: /);
    expect(judgeRun({}, ['bob'])?.reason).toMatch(/not counted: alice: /);
  });

  it.each<[string, Partial<RunFacts>, readonly string[]]>([
    ['no plan was named', { plans: new Set() }, []],
    ['another plan was named', { plans: new Set([digestNamed('other')]) }, []],
    ['another environment was let through', { approvals: [{ person: alice, environment: 'dev' }] }, []],
    ['the requester let it through', { requesters: [{ id: 'alice', name: 'a' }] }, []],
    ['somebody else may approve', {}, ['bob']],
    [
      'a bot or a deleted account let it through',
      { approvals: [{ person: { id: '', name: 'ghost' }, environment: 'qa' }] },
      [],
    ],
  ])('waits where %s', (_, changes, users) => {
    expect(judgeRun(changes, users)?.kind).toBe('waiting');
  });

  const NAMED = new Set([PLAN.digest]);
  const OTHER = new Set([digestNamed('other')]);
  const larger = planOf([candidate('api'), candidate('web')]);
  it.each<[string, Partial<RunFacts>, string]>([
    ['its plan was made in a later attempt', { late: NAMED, isAgain: true }, 'closed'],
    ['its plan was made in the first attempt', { isAgain: true }, 'open'],
    ['there is another plan in a later attempt', { plans: OTHER, isAgain: true }, 'closed'],
    ['there is another plan in the first attempt', { plans: OTHER }, 'waiting'],
    [
      'the earlier plan of which it is left was made in a later attempt',
      { plans: new Set([larger.digest]), late: new Set([larger.digest]), earlier: [larger], isAgain: true },
      'closed',
    ],
  ])('is told apart by attempts: %s', (_, changes, kind) => {
    const verdict = judgeRun(changes);
    expect(verdict?.kind).toBe(kind);
    if (verdict?.kind === 'closed') expect(verdict.hint).toContain('start a new run');
  });

  it.each<[string, NonNullable<RunFacts['protection']>, string]>([
    ['of a timer', { asksPeople: false, waitsFor: ['a timer of 30 minutes'] }, 'closed'],
    ['of nothing', { asksPeople: false, waitsFor: [] }, 'closed'],
    ['of reviewers who have not answered', { asksPeople: true, waitsFor: [] }, 'waiting'],
  ])('without an approval, with the protection %s', (_, protection, kind) => {
    const verdict = judgeRun({ approvals: [], protection });
    expect(verdict?.kind).toBe(kind);
    for (const what of protection.waitsFor) expect(verdict?.reason).toContain(what);
  });

  const web = candidate('web');
  it.each<[string, Parameters<typeof planOf>, 'open' | 'waiting']>([
    ['had a member more', [[candidate('api'), web]], 'open'],
    ['had a pin more', [[candidate('api', { edits: [...candidate('api').edits, ...web.edits] })]], 'open'],
    ['had others instead', [[web]], 'waiting'],
    ['had another digest of it', [[candidate('api', { digest: digestNamed('other') }), web]], 'waiting'],
    ['had another target of it', [[candidate('api', { targets: web.targets }), web]], 'waiting'],
    ['had another edit of its pin', [[candidate('api', { edits: web.edits }), web]], 'waiting'],
    ['was made under another policy', [[candidate('api'), web], { policy: digestNamed('other') }], 'waiting'],
    ['was of another branch', [[candidate('api'), web], { base: { ...BASE, branch: 'next' } }], 'waiting'],
    ['was of another group', [[candidate('api'), web], { group: 'other' }], 'waiting'],
  ])('judges what is left of an earlier plan that %s', (_, parts, kind) => {
    const before = planOf(...parts);
    expect(judgeRun({ plans: new Set([before.digest]), earlier: [before] })?.kind).toBe(kind);
  });
});
