import { expect, it } from 'vitest';
import { stepOf } from '../../src/commands/explain.ts';
import { decide } from '../../src/gates/decide.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { candidate, digestNamed, environment, environments, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from '../gates/no-facts.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };

it('tells an image that has nothing to do from those that its group waits with', () => {
  const gated = environment({
    grouping: { kind: 'environment' },
    gates: { approval: { by: 'stated', count: 1, users: [], teams: [] } },
  });
  const done = candidate('web', { edits: [], current: [{ tag: '2.0.0', digest: digestNamed('web 2') }] });
  const outcomes = [candidate('api'), done].map(found => ({ kind: 'candidate' as const, candidate: found }));
  const there = done.targets.map(({ repository }) => {
    const tags = new Map([['2.0.0', done.digest]]);
    return { repository, present: true, signed: true, recorded: true, tags };
  });
  const groups = decide({
    environment: gated,
    outcomes,
    facts: { ...NOTHING, states: new Map([['web', there]]) },
    planOf: (group, members) => assemblePlan({ base: BASE, environment: gated, group, ...POLICY, members }),
  });
  const step = (image: string) => stepOf(environments(), { environment: gated, outcomes, groups }, image);
  expect(step('api')).toMatchObject({ state: 'waiting', gates: [{ gate: 'approval', kind: 'waiting' }] });
  expect(step('web')).toMatchObject({ state: 'nothing', gates: [] });
});
