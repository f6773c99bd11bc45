import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { evaluateCandidate } from '../../src/gates/evaluate.ts';
import type { Facts, SoakFact } from '../../src/gates/facts.ts';
import { soakGate } from '../../src/gates/soak.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { candidate } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const API = candidate('api');

function environment(soak: string) {
  const text = fileWith({ prod: `gates: { soak: ${soak} }` });
  return environmentNamed(parseEnvironments(text, 'environments.yaml'), 'prod');
}

/** The gate's answer to a fact, on 21 November 2026 at nine. */
function judge(fact: SoakFact | undefined, soak = '24h', kind: Facts['kind'] = 'promotion') {
  const soaks = new Map(fact === undefined ? [] : [['api', fact]]);
  return soakGate.judge(API, { ...NOTHING, kind, soaks }, environment(soak));
}

const pinned = (since: string): SoakFact => ({ kind: 'pinned', since: new Date(since) });

describe('the soak gate', () => {
  it.each<[string, string, string, string]>([
    ['2026-11-20T12:20:00Z', '24h', 'open in 3 h 20 min', '2026-11-21T12:20Z'],
    ['2026-11-21T08:59:59Z', '24h', 'open in 24 h', '2026-11-22T09:00Z'],
    ['2026-11-21T08:45:00Z', '30m', 'open in 15 min', '2026-11-21T09:15Z'],
    ['2026-11-20T09:00:01Z', '1d', 'open in 1 min', '2026-11-21T09:01Z'],
    ['2026-11-20T09:00:00Z', '7d', 'open in 6 d', '2026-11-27T09:00Z'],
    ['2026-11-21T11:00:00Z', '2d', 'open in 2 d 2 h', '2026-11-23T11:00Z'],
  ])('waits where it is pinned since %s and %s are asked for', (since, soak, opensIn, opens) => {
    const reason = `pinned in dev since ${since.slice(0, 16)}Z; opens at ${opens}`;
    expect(judge(pinned(since), soak)).toMatchObject({ kind: 'waiting', reason, opensIn });
  });

  it.each(['2026-11-20T09:00:00Z', '2026-01-01T00:00:00Z'])('is open where it is pinned since %s', since => {
    expect(judge(pinned(since))).toMatchObject({ kind: 'open' });
  });

  it('is closed where the environment before does not pin it', () => {
    expect(judge({ kind: 'absent' })).toMatchObject({ kind: 'closed', hint: 'promote it to dev first' });
  });

  it('waits where nobody knows, and says why', () => {
    const unknown = { kind: 'unknown', reason: 'no record', hint: 'make one' } as const;
    expect(judge(unknown)).toMatchObject({ kind: 'waiting', reason: 'no record', hint: 'make one' });
    expect(judge(undefined)).toMatchObject({ kind: 'waiting' });
  });

  it('only warns of a rollback', () => {
    const facts: Facts = { ...NOTHING, kind: 'rollback', soaks: new Map([['api', { kind: 'absent' }]]) };
    expect(evaluateCandidate(API, facts, environment('24h'))).toMatchObject([
      { kind: 'open', gate: 'soak', reason: expect.stringContaining('a promotion would be closed') },
    ]);
  });

  it('is not asked where it is not set', () => {
    const plain = environmentNamed(parseEnvironments(fileWith({}), 'environments.yaml'), 'prod');
    expect(soakGate.judge(API, NOTHING, plain)).toBeUndefined();
  });

  it.each<[string, Parameters<typeof fileWith>[0], string]>([
    ['where there is no environment before', { dev: 'gates: { soak: 1h }' }, 'soak'],
    ['without a length', { prod: 'gates: { soak: soon }' }, 'soon'],
  ])('is refused %s', (_, parts, under) => {
    expect(problemsOf(fileWith(parts)).map(marked)).toEqual([under]);
  });
});
