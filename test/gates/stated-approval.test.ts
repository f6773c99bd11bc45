import { describe, expect, it } from 'vitest';
import type { ApprovalGate } from '../../src/environments/gates/approval.ts';
import { approvalGate } from '../../src/gates/approval.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const PLAN = assemblePlan({
  base: { repository: 'repo', branch: 'main', commit: 'c0ffee' },
  environment: environment(),
  group: 'all',
  ...POLICY,
  members: [candidate('api')],
});

describe('stated approvals', () => {
  const two = environment({
    gates: { approval: { by: 'stated', count: 2, users: ['alice', 'bob', 'carol'], teams: [] } },
  });
  const stated = (count: number): ApprovalGate => ({ by: 'stated', count, users: [], teams: [] });
  const anyone = environment({ gates: { approval: stated(1) } });
  const anyTwo = environment({ gates: { approval: stated(2) } });

  it.each([
    ['not asked for', environment(), [], undefined],
    ['nobody', two, [], 'waiting'],
    ['one of two', two, ['alice'], 'waiting'],
    ['the same person twice', two, ['alice', 'alice'], 'waiting'],
    ['somebody who may not', two, ['alice', 'mallory'], 'waiting'],
    ['two who may', two, ['alice', 'carol'], 'open'],
    ['the same person in two spellings', two, ['alice', ' Ali\u200bce '], 'waiting'],
    ['the same person in other letters of the same form', anyTwo, ['alice', '\uff41lice'], 'waiting'],
    ['a name of blanks', anyone, [' \u200b'], 'waiting'],
    ['anyone', anyone, ['zoe'], 'open'],
  ])('judges %s', (_, subject, approvedBy, kind) => {
    expect(approvalGate.judge(PLAN, { ...NOTHING, approvedBy }, subject)?.kind).toBe(kind);
  });
});
