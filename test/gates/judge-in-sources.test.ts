import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/environments/environments.ts';
import { evaluateCandidate } from '../../src/gates/evaluate.ts';
import type { Facts, SoakFact, SourceFacts } from '../../src/gates/facts.ts';
import { candidate, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const API = candidate('api');
const SINCE = {
  long: '2026-01-01T00:00:00Z',
  short: '2026-11-21T08:00:00Z',
  shorter: '2026-11-21T08:30:00Z',
};
const pinned = (since: keyof typeof SINCE): SoakFact => ({ kind: 'pinned', since: new Date(SINCE[since]) });
const ABSENT: SoakFact = { kind: 'absent' };

function of(need: 'all' | 'any'): Environment {
  const from = { kind: 'environments', need, names: ['eu', 'us'] } as const;
  return environment({ from, gates: { soak: { duration: '24h' } } });
}

/** The soak's verdict, with what is known in each source. */
function soak(need: 'all' | 'any', eu: SoakFact | undefined, us: SoakFact | undefined, changes = {}) {
  const facts = (
    [
      ['eu', eu],
      ['us', us],
    ] as const
  ).map(([name, fact]): [string, SourceFacts] => [
    name,
    { ...NOTHING, soaks: new Map(fact === undefined ? [] : [['api', fact]]) },
  ]);
  const known: Facts = { ...NOTHING, bySource: new Map(facts) };
  const verdicts = evaluateCandidate({ ...API, ...changes }, known, of(need));
  return verdicts.find(({ gate }) => gate === 'soak');
}

describe('a gate about the source, of several sources', () => {
  it.each([
    ['all', pinned('long'), pinned('long'), 'open'],
    ['all', pinned('long'), pinned('short'), 'waiting'],
    ['all', pinned('short'), pinned('long'), 'waiting'],
    ['all', pinned('short'), ABSENT, 'closed'],
    ['all', pinned('long'), undefined, 'waiting'],
    ['any', pinned('long'), ABSENT, 'open'],
    ['any', ABSENT, pinned('short'), 'waiting'],
    ['any', ABSENT, ABSENT, 'closed'],
  ] as const)('of %s, with %o and %o, is %s', (need, eu, us, kind) => {
    expect(soak(need, eu, us)).toMatchObject({ kind });
  });

  it('opens with the last of all, and names each', () => {
    expect(soak('all', pinned('short'), pinned('shorter'))).toMatchObject({
      opensIn: 'open in 23 h 30 min',
      reason: expect.stringMatching(/in us since .*; pinned in eu since /),
    });
  });

  it('is judged in the one that any was taken from, and in no other', () => {
    const source = { ...API.source, environment: 'us' };
    const facts = { ...NOTHING, soaks: new Map([['api', pinned('short')]]) };
    const bySource = new Map([['eu', { ...NOTHING, soaks: new Map([['api', pinned('long')]]) }]]);
    const verdicts = evaluateCandidate({ ...API, source }, { ...facts, bySource }, of('any'));
    expect(verdicts).toMatchObject([{ gate: 'soak', kind: 'waiting' }]);
  });
});
