import { expect, it } from 'vitest';
import type { ApprovalGate } from '../../src/environments/gates/approval.ts';
import { approvalGate } from '../../src/gates/approval.ts';
import type { GivenReview, ReviewFacts } from '../../src/gates/approvals.ts';
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
const GATE: ApprovalGate = { by: 'comment', count: 1, users: [], teams: [] };

function judge(changes: Partial<GivenReview>, merged?: string) {
  const comment: GivenReview = {
    reviewer: { id: '7', name: 'alice' },
    verdict: 'approved',
    at: '2026-11-21T10:00:00.000Z',
    url: 'https://forge.example/alice',
    canWrite: true,
    commit: '',
    change: 'plan',
    ...changes,
  };
  const facts: ReviewFacts = {
    author: { id: '1', name: 'promote' },
    merged,
    head: 'plan',
    reviews: [comment],
    requesters: [],
    members: new Map(),
  };
  const known = { ...NOTHING, reviews: new Map([['all', facts]]) };
  return approvalGate.judge(PLAN, known, environment({ gates: { approval: GATE } }));
}

it.each<[GivenReview['change'], string]>([
  ['edited', 'the comment was edited, or belongs to a thread: write a new one'],
  ['unclear', 'the comment has to be the command and the whole digest, and nothing else'],
  ['other', 'given on another plan'],
])('a comment that is %s does not count, and the comment to write is named', (change, why) => {
  const command = `\`/promote approve ${PLAN.digest}\``;
  expect(judge({ change })).toMatchObject({
    kind: 'waiting',
    reason: `0 of 1 approvals; not counted: alice: ${why}`,
    hint: `comment ${command} on the pull request`,
  });
  expect(judge({}, 'https://forge.example/1')).toMatchObject({
    kind: 'open',
    approvals: [{ kind: 'comment', id: '7', url: 'https://forge.example/alice', authenticated: true }],
  });
});
