import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { needsOf } from '../../src/gates/evaluate.ts';
import type { Facts, PredecessorFinding } from '../../src/gates/facts.ts';
import { predecessorGate } from '../../src/gates/predecessor.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

const GATED = environment({ gates: { predecessor: { record: 'required' } } });
const MANIFEST = digestNamed('manifest');
const SIGNED = 'signing: { key: cosign.key }';

function judge(found: PredecessorFinding | undefined, qa = GATED) {
  const facts: Facts = { ...NOTHING, predecessors: new Map(found === undefined ? [] : [['api', found]]) };
  return predecessorGate.judge(candidate('api'), facts, qa);
}

describe('predecessor', () => {
  it('opens by a record, says which, and names it as its evidence', () => {
    const found = {
      kind: 'recorded',
      time: '2026-11-20T10:00:00Z',
      planDigest: digestNamed('plan'),
      manifest: MANIFEST,
    } as const;
    expect(judge(found)).toMatchObject({
      kind: 'open',
      reason: expect.stringMatching(/into dev on 2026-11-20, plan/),
      evidence: [MANIFEST],
    });
  });

  it('is closed by its code without one, and where nobody looked', () => {
    const refused = { kind: 'refused', code: 'policy-not-accepted', detail: 'the policy sha256:0' } as const;
    expect(judge(refused)).toMatchObject({
      kind: 'closed',
      reason: 'policy-not-accepted: the policy sha256:0',
      hint: expect.stringContaining('policies'),
    });
    expect(judge(undefined)).toMatchObject({
      kind: 'closed',
      hint: expect.stringContaining('verify dev --repair'),
    });
  });

  it('asks for nothing where it is not set, and for nothing of a rollback', () => {
    expect([needsOf(candidate('api'), environment(), 'promotion'), judge(undefined, environment())]).toEqual([
      [],
      undefined,
    ]);
    expect(needsOf(candidate('api'), GATED, 'promotion')).toHaveLength(1);
    expect(needsOf(candidate('api'), GATED, 'rollback')).toEqual([]);
  });
});

describe('its setting', () => {
  const gate = (text: string) => `gates: { predecessor: ${text} }`;

  it('lists policies in any order', () => {
    const [a, b] = [digestNamed('a'), digestNamed('b')];
    const read = (...hashes: readonly string[]) => {
      const prod = gate(`{ record: required, policies: ["${hashes.join('", "')}"] }`);
      const { environments } = parseEnvironments(`${fileWith({ prod })}\n${SIGNED}`, 'environments.yaml');
      return environments[1]?.gates.predecessor;
    };
    expect(read(a, b)).toEqual({ record: 'required', policies: [a, b].toSorted() });
    expect(read(b, a)).toEqual(read(a, b));
  });

  it.each<[string, Parameters<typeof fileWith>[0], string, string]>([
    ['an environment that takes from builds', { dev: gate('{ record: required }') }, SIGNED, 'predecessor'],
    [
      'one after an environment that signs nothing',
      { prod: gate('{ record: required }') },
      '',
      'predecessor',
    ],
    [
      'a summary that the environment before leaves none of',
      { prod: gate('{ record: required, vsa: required }') },
      SIGNED,
      'required',
    ],
    ['what is no hash', { prod: gate('{ record: required, policies: [abc] }') }, SIGNED, 'abc'],
  ])('is refused for %s', (_, parts, more, under) => {
    expect(problemsOf(`${fileWith(parts)}\n${more}`).map(marked)).toEqual([under]);
  });
});
