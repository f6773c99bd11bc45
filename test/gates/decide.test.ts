import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import { decide, hasClosedGate } from '../../src/gates/decide.ts';
import type { Facts } from '../../src/gates/facts.ts';
import type { Candidate, ImageOutcome } from '../../src/plan/candidates.ts';
import { assemblePlan } from '../../src/plan/plan.ts';
import { candidate, digestNamed, environment, POLICY } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const BASE = { repository: 'repo', branch: 'main', commit: 'c0ffee' };
const TWO_DIGESTS: ImageOutcome = {
  kind: 'closed',
  gate: 'source',
  image: 'api',
  reason: 'two',
  hint: 'pick',
};

describe('decide', () => {
  it('gives each image of an image-wise environment its own plan', () => {
    const groups = run(environment(), [found(candidate('api')), found(candidate('web'))]);
    expect(groups.map(({ group, state }) => [group, state])).toEqual([
      ['api', 'ready'],
      ['web', 'ready'],
    ]);
  });

  it('leaves a closed image out of an environment-wide group and promotes the others', () => {
    const [group] = run(environment({ grouping: { kind: 'environment' } }), [
      TWO_DIGESTS,
      found(candidate('web')),
    ]);
    expect(group).toMatchObject({ group: 'all', state: 'ready', members: [{ image: 'web' }] });
    expect(group && hasClosedGate(group)).toBe(true);
  });

  it('closes a named group whole when one member is closed', () => {
    const named = environment({ grouping: { kind: 'named', groups: { shop: ['api', 'web'] } } });
    expect(run(named, [TWO_DIGESTS, found(candidate('web'))])).toMatchObject([
      { group: 'shop', state: 'closed' },
    ]);
  });

  it('waits for the approval of the whole group', () => {
    const gated = environment({ gates: { approval: { by: 'stated', count: 1, users: [], teams: [] } } });
    expect(run(gated, [found(candidate('api'))])).toMatchObject([{ state: 'waiting' }]);
    expect(run(gated, [found(candidate('api'))], { approvedBy: ['zoe'] })).toMatchObject([
      { state: 'ready' },
    ]);
  });

  it('has nothing to do where pins, image, signature, record and tags are right', () => {
    const done = candidate('api', { edits: [], current: [{ tag: '2.0.0', digest: digestNamed('api 2') }] });
    expect(run(environment(), [found(done)], { states: states(done, {}) })).toMatchObject([
      { state: 'nothing' },
    ]);
  });

  it.each([
    ['the image', { present: false }],
    ['the signature', { signed: false }],
    ['the record', { recorded: false }],
    ['the tag', { tags: new Map([['2.0.0', undefined]]) }],
  ])('repairs a right pin that lacks %s', (_, lack) => {
    const early = candidate('api', { edits: [], current: [{ tag: '2.0.0', digest: digestNamed('api 2') }] });
    expect(run(environment(), [found(early)], { states: states(early, lack) })).toMatchObject([
      { state: 'ready', plan: { promotions: [{ edits: [] }] } },
    ]);
  });
});

function run(
  subject: Environment,
  outcomes: readonly ImageOutcome[],
  facts: Partial<Facts> = {},
  keepWaiting = false,
) {
  return decide({
    environment: subject,
    planOf: (group, members) => assemblePlan({ base: BASE, environment: subject, group, ...POLICY, members }),
    outcomes,
    facts: { ...NOTHING, ...facts },
    keepWaiting,
  });
}

function found(subject: Candidate): ImageOutcome {
  return { kind: 'candidate', candidate: subject };
}

function states({ image, digest, targets }: Candidate, lack: object): Facts['states'] {
  const complete = { present: true, signed: true, recorded: true, tags: new Map([['2.0.0', digest]]) };
  return new Map([[image, targets.map(({ repository }) => ({ repository, ...complete, ...lack }))]]);
}
