import { expect, it } from 'vitest';
import type { ApprovalGate } from '../../src/environments/gates/approval.ts';
import { readRunFacts } from '../../src/facts/run-facts.ts';
import type { PromotionRequest } from '../../src/plan/request.ts';
import type { Run } from '../../src/run/run.ts';
import { digestNamed, environment } from '../fixtures/candidates.ts';

const GATE: ApprovalGate = { by: 'environment', count: 1, users: [], teams: [] };
const ALICE = { id: '5', name: 'alice' };
const [FIRST, SECOND] = [digestNamed('first'), digestNamed('second')];
const PROTECTION = { asksPeople: false, againstSelf: undefined, waitsFor: ['a timer of 30 minutes'] };

async function read(request: Partial<PromotionRequest>, approved: readonly string[] = []) {
  const asked: string[] = [];
  const effects = {
    runApprovals: async () => [
      { reviewer: ALICE, verdict: 'approved', environments: approved },
      { reviewer: { id: '6', name: 'bob' }, verdict: 'rejected', environments: ['qa'] },
    ],
    environmentProtection: async (name: string) => {
      asked.push(name);
      return PROTECTION;
    },
    runAskers: async () => [ALICE],
  };
  // What these facts are read from, of a run's many parts.
  const run = { effects, environment: environment(), request: { requesters: [], ...request } };
  const facts = await readRunFacts(run as unknown as Run, GATE);
  return { ...facts, asked };
}

it('tells the plans of a later attempt from those of the first', async () => {
  const planDigests = [
    { digest: FIRST, attempt: 1 },
    { digest: SECOND, attempt: 2 },
  ];
  const { plans, late, isAgain } = await read({ planDigests, attempt: 2 });
  expect([[...(plans ?? [])], [...(late ?? [])], isAgain]).toEqual([[FIRST, SECOND], [SECOND], true]);
  // A later attempt that made the same plan again names what the first one named.
  const same = [...planDigests, { digest: SECOND, attempt: 1 }];
  expect((await read({ planDigests: same })).late).toEqual(new Set());
  expect((await read({ planDigests })).isAgain).toBe(false);
});

it('counts who let the job in, and reads the protection only where nobody did', async () => {
  const planDigests = [{ digest: FIRST, attempt: 1 }];
  expect(await read({ planDigests }, ['qa'])).toMatchObject({
    approvals: [{ person: ALICE, environment: 'qa' }],
    requesters: [ALICE],
    protection: undefined,
    asked: [],
  });
  expect(await read({ planDigests }, ['dev'])).toMatchObject({ protection: PROTECTION, asked: ['qa'] });
  expect(await read({}, ['qa'])).toMatchObject({ approvals: [], protection: undefined, asked: [] });
});
