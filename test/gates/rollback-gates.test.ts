import { describe, expect, it } from 'vitest';
import type { Hold } from '../../src/environments/holds/holds.ts';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { evaluateCandidate, evaluatePlan } from '../../src/gates/evaluate.ts';
import type { Facts } from '../../src/gates/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { candidate, digestNamed } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const GATES = 'gates: { freeze: [{ from: 2026-11-21, until: 2026-11-21 }], version: "<2.0.0" }';

/** The answers of all gates, for version 2.0.0 on a day that is frozen. */
function judge(kind: Facts['kind'], more = '', holds: readonly Hold[] = []) {
  const text = fileWith({ prod: `${GATES}${more}` });
  const environment = environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
  const plan = { kind, digest: 'sha256:1', environment: 'prod', group: 'api', promotions: [] };
  const facts: Facts = { ...NOTHING, kind, holds: { kind: 'read', holds } };
  return [
    ...evaluateCandidate(candidate('api'), facts, environment),
    ...evaluatePlan(plan as unknown as Plan, facts, environment),
  ].map(({ gate, kind: answer, reason }) => [gate, answer, reason]);
}

const VERSION = '2.0.0 is outside <2.0.0';
const FREEZE = 'frozen; opens at 2026-11-22T00:00Z';

describe('a rollback', () => {
  it('is only warned by gates that stop a promotion', () => {
    expect(judge('promotion')).toEqual([
      ['version', 'closed', VERSION],
      ['freeze', 'waiting', FREEZE],
    ]);
    expect(judge('rollback')).toEqual([
      ['version', 'open', `warning: a promotion would be closed: ${VERSION}`],
      ['freeze', 'open', `warning: a promotion would be waiting: ${FREEZE}`],
    ]);
  });

  it('is stopped by the gates that `rollback.gates` lists', () => {
    expect(judge('rollback', ', rollback: { gates: [freeze] }')).toEqual([
      ['version', 'open', `warning: a promotion would be closed: ${VERSION}`],
      ['freeze', 'waiting', FREEZE],
    ]);
    expect(judge('rollback', ', rollback: { gates: [version, freeze] }')[0]).toEqual([
      'version',
      'closed',
      VERSION,
    ]);
  });

  it('is stopped by a hold, and by its own approval, whatever is listed', () => {
    const hold: Hold = {
      environment: 'prod',
      image: 'api',
      digest: digestNamed('api 2'),
      by: 'alice',
      since: '2026-11-20T10:00:00Z',
      reason: 'broken',
    };
    const answers = judge('rollback', ', rollback: { approval: { by: stated } }', [hold]);
    expect(answers.map(([gate, kind]) => `${gate} ${kind}`)).toEqual([
      'hold closed',
      'version open',
      'freeze open',
      'approval waiting',
    ]);
  });

  it.each([
    ['a gate that is not set', '', 'freeze'],
    ['a gate that always decides', 'gates: { version: "1" }, ', 'hold'],
    ['no gate', 'gates: { version: "1" }, ', '[]'],
  ])('is refused with %s', (_, gates, under) => {
    const list = under === '[]' ? '[]' : `[${under}]`;
    const found = problemsOf(fileWith({ prod: `${gates}rollback: { gates: ${list} }` }));
    expect(found.map(marked)).toEqual([under === '[]' ? 'gates' : under]);
  });
});
