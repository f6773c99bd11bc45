import { expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import type { GivenReview, ReviewFacts } from '../../src/gates/approvals.ts';
import type { OverrideFact } from '../../src/gates/facts.ts';
import { freezeGate } from '../../src/gates/freeze.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { fileWith } from '../environments/problems.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const DIGEST = digestNamed('plan');
const PLAN = { kind: 'promotion', digest: DIGEST, environment: 'prod', group: 'all', promotions: [] };
const AUDIT = '{ from: 2026-11-20, until: 2026-11-30, reason: audit }';
const FAIR = '{ from: 2026-11-20, until: 2026-11-30, reason: fair }';
const NOW = new Date('2026-11-21T12:00:00Z');

it('lets its own plan through with a review of somebody who may approve it', () => {
  expect(judge({})).toMatchObject({ kind: 'open', reason: expect.stringContaining('approved by carol') });
});

it.each<[string, Judged, string]>([
  ['for another plan', { plan: digestNamed('other') }, ''],
  ['that has ended', { until: '2026-11-20' }, ''],
  ['where the environment lets nobody override', { setting: '' }, ''],
  ['of one freeze where another is on too', { windows: `${AUDIT}, ${FAIR}` }, 'of another freeze'],
  ['that nobody reviewed', { reviews: [] }, '0 of 1 approvals'],
  ['by somebody who may not approve', { reviews: [review('erin')] }, '0 of 1 approvals'],
  ['by the one who proposed it', { reviews: [review('carol')], requesters: ['carol'] }, '0 of 1 approvals'],
  [
    'that somebody is against',
    { reviews: [review('carol'), review('dave', 'changes-requested')] },
    'dave requests changes',
  ],
  ['whose reviews cannot be read', { unread: 'the forge does not list pushes' }, 'does not count'],
])('lets nothing through by an override %s', (_, judged, note) => {
  const verdict = judge(judged);
  expect(verdict).toMatchObject({ kind: 'waiting', gate: 'freeze' });
  expect(verdict && 'reason' in verdict && verdict.reason).toContain(note);
});

interface Judged {
  readonly plan?: OverrideFact['override']['digest'];
  readonly until?: string;
  readonly windows?: string;
  readonly setting?: string;
  readonly reviews?: readonly GivenReview[];
  readonly requesters?: readonly string[];
  readonly unread?: string;
}

const APPROVERS = 'override: { approval: { users: [carol, dave] } }';

function judge({
  plan = DIGEST,
  until = '2026-11-22',
  windows = AUDIT,
  setting = APPROVERS,
  ...told
}: Judged) {
  const freeze = setting === '' ? `[${windows}]` : `{ windows: [${windows}], ${setting} }`;
  const text = fileWith({ prod: `gates: { freeze: ${freeze} }` });
  const environment = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
  const override = {
    environment: 'prod',
    image: 'override',
    digest: plan,
    freeze: 'audit',
    reason: 'a fix',
    by: 'bob',
    since: '2026-11-21T11:00:00Z',
    until,
  };
  const reviews: OverrideFact['reviews'] =
    told.unread === undefined
      ? { kind: 'read', reviews: reviewFacts(told) }
      : { kind: 'unread', reason: told.unread };
  const overrides = new Map([[plan, { override, reviews }]]);
  return freezeGate.judge(PLAN as unknown as Plan, { ...NOTHING, now: NOW, overrides }, environment);
}

function reviewFacts({ reviews = [review('carol')], requesters = [] }: Judged): ReviewFacts {
  return {
    author: { id: 'bot', name: 'bot' },
    head: 'plan',
    reviews,
    requesters: requesters.map(name => ({ name })),
    members: new Map(),
  };
}

function review(name: string, verdict: GivenReview['verdict'] = 'approved'): GivenReview {
  return {
    reviewer: { id: name, name },
    verdict,
    at: '2026-11-21T10:00:00.000Z',
    url: `https://forge.example/${name}`,
    canWrite: true,
    commit: 'c1',
    change: 'plan',
  };
}
