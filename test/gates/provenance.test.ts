import { describe, expect, it } from 'vitest';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { needsOf } from '../../src/gates/evaluate.ts';
import { provenanceGate } from '../../src/gates/provenance.ts';
import type { ProvenanceJudgement } from '../../src/images/provenance-rule.ts';
import { fileWith, marked, problemsOf } from '../environments/problems.ts';
import { candidate, digestNamed } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

function prodWith(gate: string) {
  const file = fileWith({ images: '{ api: {}, web: {} }', prod: `gates: { provenance: ${gate} }` });
  const prod = parseEnvironments(file, 'environments.yaml').environments[1];
  if (prod === undefined) throw new Error('there is no prod');
  return prod;
}

const GATED = prodWith(
  '[{ key: build.pub, builder: "https://b.example" }, { key: web.pub, builder: x, images: [web] }]',
);

function judge(findings: readonly ProvenanceJudgement[] | undefined) {
  const provenances = new Map(findings === undefined ? [] : [['api', findings]]);
  return provenanceGate.judge(candidate('api'), { ...NOTHING, provenances }, GATED);
}

describe('provenance', () => {
  const refused = { kind: 'refused', code: 'other-builder', detail: 'https://c.example' } as const;
  it('opens by one that counts, and is closed with the codes of those that do not', () => {
    const manifest = digestNamed('manifest');
    const built = { kind: 'built', by: 'https://b.example', manifest } as const;
    expect(judge([refused, built])).toMatchObject({ kind: 'open', evidence: [manifest] });
    expect(judge([refused])).toMatchObject({ kind: 'closed', reason: 'other-builder: https://c.example' });
    expect(judge(undefined)).toMatchObject({
      kind: 'closed',
      reason: expect.stringContaining('no-provenance'),
    });
  });

  it('shows the level of the entry that fits, and none of one without', () => {
    const leveled = prodWith('[{ key: a.pub, builder: x }, { key: b.pub, builder: x, level: 3 }]');
    const built = { kind: 'built', by: 'x' } as const;
    const level = (...findings: readonly ProvenanceJudgement[]) =>
      provenanceGate.judge(
        candidate('api'),
        { ...NOTHING, provenances: new Map([['api', findings]]) },
        leveled,
      );
    expect(level(built, built)).toMatchObject({ kind: 'open', level: 3 });
    expect(level(built, refused)).toMatchObject({ kind: 'open', level: undefined });
  });

  it('asks for what is set for the image, and for nothing else', () => {
    const needed = (image: string) => needsOf(candidate(image), GATED, 'promotion').length;
    expect([needed('api'), needed('web')]).toEqual([1, 2]);
    expect(needsOf(candidate('api'), GATED, 'rollback')).toEqual([]);
    expect(
      needsOf(candidate('api'), prodWith('{ key: a.pub, builder: x, images: [web] }'), 'promotion'),
    ).toEqual([]);
  });
});

describe('its setting', () => {
  it('pairs a signer with what it may build', () => {
    const written =
      '{ keyless: { identity: me, issuer: it }, builder: { pattern: "b.*" }, source: s, trigger: push }';
    expect(prodWith(written).gates.provenance).toMatchObject([
      {
        accepted: { signer: { kind: 'certificate', identity: { text: 'me' } } },
        builder: { kind: 'pattern', pattern: 'b.*' },
        source: { kind: 'exact', text: 's' },
        trigger: { kind: 'exact', text: 'push' },
      },
    ]);
  });

  it.each([
    ['nobody', '{ builder: x }', 'provenance'],
    ['no builder', '{ key: a.pub }', 'provenance'],
    ['an image that there is not', '{ key: a.pub, builder: x, images: [apl] }', 'apl'],
    ['a trigger that a key cannot name', '{ key: a.pub, builder: x, trigger: push }', 'trigger'],
    ['a key in a service', '{ key: "gitlab://a/b", builder: x }', 'key'],
  ])('is refused for %s', (_, written, under) => {
    expect(problemsOf(fileWith({ prod: `gates: { provenance: ${written} }` })).map(marked)).toEqual([under]);
  });
});
