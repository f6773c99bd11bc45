import { expect, it } from 'vitest';
import type { PlannedGroup } from '../../src/gates/decide.ts';
import type { Verdict } from '../../src/gates/gate.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { waitingStatus } from '../../src/proposals/status.ts';
import { candidate, environment, POLICY } from '../fixtures/candidates.ts';

const waits: Verdict = { kind: 'waiting', gate: 'approval', reason: '0 of 1', hint: 'review it' };
const shut: Verdict = { kind: 'closed', gate: 'freeze', reason: 'the calendar is absent', hint: 'add it' };
const soaks: Verdict = { kind: 'waiting', gate: 'soak', reason: 'open at noon', hint: 'wait' };

function planned(verdicts: readonly Verdict[]): PlannedGroup {
  const members = [candidate('api')];
  const base = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
  const plan = assemblePlan({ base, environment: environment(), group: 'all', ...POLICY, members });
  const judged = [{ image: 'api', candidate: candidate('api'), verdicts: [soaks] }];
  return { group: 'all', judged, state: 'waiting', plan, members, verdicts };
}

it.each<[string, readonly Verdict[], string, string]>([
  ['waits', [waits], 'pending', 'approval: 0 of 1; api: soak: open at noon'],
  ['is closed', [waits, shut], 'failure', 'approval: 0 of 1; freeze: the calendar is absent; api: soak:'],
])('a plan of which a gate %s has a status that says so', (_, verdicts, state, description) => {
  const status = waitingStatus(planned(verdicts));
  expect(status).toMatchObject({ state, description: expect.stringContaining(description) });
});
