import { expect, it } from 'vitest';
import { type HoldEntry, overrideName, STOPPED } from '../../src/environments/holds/holds.ts';
import { findHeld, heldInstead, liftWords } from '../../src/plan/holds/lift-words.ts';
import { proposeLift } from '../../src/plan/holds/propose-holds.ts';
import { digestNamed } from '../fixtures/candidates.ts';

const SINCE = '2026-11-20T00:00:00Z';
const LATER = '2026-11-21T00:00:00Z';
const [API, WEB] = [digestNamed('api 2'), digestNamed('web 2')];

function entry(changes: Partial<HoldEntry> = {}): HoldEntry {
  const held = { environment: 'qa', image: 'api', digest: API, reason: 'it breaks', by: 'ada', since: SINCE };
  return { ...held, ...changes };
}

const released = (since: string) => entry({ lifted: { by: `bob at ${since}`, since } });

it.each([
  ['no entry', { image: 'api', digest: API }, [], { kind: 'free' }],
  ['a hold on the digest', { image: 'api', digest: API }, [entry()], { kind: 'held' }],
  ['a hold on the image', { image: 'api' }, [entry()], { kind: 'held' }],
  ['another digest', { image: 'api', digest: WEB }, [entry()], { kind: 'free' }],
  ['another environment', { image: 'api' }, [entry({ environment: 'dev' })], { kind: 'free' }],
  ['no stop', { image: STOPPED }, [entry()], { kind: 'free' }],
  ['a stop', { image: STOPPED }, [entry({ image: STOPPED, digest: 'all' })], { kind: 'held' }],
  [
    'an earlier release',
    { image: 'api', digest: API },
    [released(SINCE), released(LATER)],
    { kind: 'released', by: `bob at ${LATER}`, since: LATER },
  ],
  [
    'a release, and a later hold',
    { image: 'api', digest: API },
    [released(SINCE), entry()],
    { kind: 'held' },
  ],
] as const)('%s', (_, chosen, entries, expected) => {
  expect(findHeld({ environment: 'qa', ...chosen }, entries)).toEqual(expected);
});

it('proposes to release what is held, the nearest first, and not all of many', () => {
  const others = ['a', 'b', 'c'].map(environment => entry({ environment, image: 'web', digest: 'all' }));
  const stop = entry({ environment: 'production', image: STOPPED, digest: 'all' });
  const plan = entry({ image: overrideName(WEB), digest: WEB, freeze: 'weekend', until: LATER } as object);
  const chosen = { environment: 'qa', image: 'api', digest: WEB };
  const lines = (entries: readonly HoldEntry[]) => heldInstead(chosen, entries, 'ops/e.yaml');
  expect(lines([])).toBeUndefined();
  expect(lines([entry({ lifted: { by: 'bob', since: SINCE } })])).toBeUndefined();
  expect(lines([stop, plan, entry()])).toBe(
    `what is held: promote lift qa api --digest ${API} --file ops/e.yaml, or promote lift qa --override freeze --digest ${WEB} --file ops/e.yaml, or promote lift production --file ops/e.yaml`,
  );
  expect(lines([...others, entry()])).toMatch(/^what is held: promote lift qa api .*, and 1 more$/);
});

it.each([
  [{ image: 'api' }, 'there is no hold on api in qa'],
  [{ image: STOPPED }, 'there is no stop of qa'],
  [{ image: overrideName(WEB), plan: WEB }, /^there is no exemption of plan \w+ from the freeze of qa$/],
])('says what there is not: %o', (chosen, expected) => {
  expect(liftWords({ environment: 'qa', ...chosen }).free).toMatch(expected);
});

it('writes no release of a hold that is only proposed', () => {
  const chosen = { environment: 'qa', image: 'api', digest: API };
  const lift = proposeLift(chosen, { by: 'bob', since: LATER });
  const proposed = `- ${JSON.stringify(entry())}\n`;
  expect(lift(proposed)(undefined)).toBeUndefined();
  expect(lift(proposed)(proposed)).toContain('lifted: { by: bob');
  expect(lift(undefined)(undefined)).toContain('replaced without a hold');
});
