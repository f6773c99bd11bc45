import { expect, it } from 'vitest';
import type { GroupDecision } from '../../src/gates/decide.ts';
import type { Verdict } from '../../src/gates/gate.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { pullRequestBody } from '../../src/reports/pull-request.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const MEMBERS = [candidate('api')];
const CLOSED = { kind: 'closed', gate: 'tags', reason: 'x', hint: 'y' } as const;

function bodyWith(closed: readonly string[], verdicts: readonly Verdict[] = []): string {
  const plan = assemblePlan({
    base: BASE,
    environment: environment(),
    group: 'all',
    ...POLICY,
    members: MEMBERS,
  });
  const others = closed.map(image => ({ image, candidate: candidate(image), verdicts: [CLOSED] }));
  const judged = [{ image: 'api', candidate: candidate('api'), verdicts: [] }, ...others];
  const decision: GroupDecision = {
    group: 'all',
    judged,
    state: 'waiting',
    plan,
    members: MEMBERS,
    verdicts,
  };
  const nothing = { details: new Map(), next: [], holds: [], reverts: [] };
  const merge = { kind: 'manual' } as const;
  return pullRequestBody({
    environment: 'qa',
    decision,
    ...nothing,
    merge,
    status: 'promote/gate',
    isSigned: true,
  });
}

it('says which images of its group are not part of a pull request', () => {
  expect(bodyWith(['web'])).toContain('\n\nNot part of this, and not waited for: web.\n');
  expect(bodyWith(['a', 'b', 'c', 'd', 'e'])).toContain('not waited for: a, b, c and 2 more.\n');
  expect(bodyWith([])).not.toContain('Not part');
});

it('says who has approved so far, and when', () => {
  const url = 'https://forge.example/r1';
  const at = '2026-11-21T10:00:59.000Z';
  const approval = {
    kind: 'review',
    id: '1',
    name: 'alice',
    at,
    url,
    commit: '',
    authenticated: true,
  } as const;
  const verdict = {
    kind: 'waiting',
    gate: 'approval',
    reason: '1 of 2',
    hint: 'x',
    approvals: [approval],
  } as const;
  const body = bodyWith([], [verdict]).replaceAll('\\', '');
  expect(body).toContain(`| 1 of 2 (so far [alice](${url}) on 2026-11-21 10:00 UTC) | x |`);
});
