import { describe, expect, it } from 'vitest';
import type { AcceptedSigner } from '../../src/environments/accepted-signers.ts';
import { needsOf } from '../../src/gates/evaluate.ts';
import type { Facts, SignatureFinding } from '../../src/gates/facts.ts';
import { signatureGate } from '../../src/gates/signature.ts';
import { candidate, digestNamed, environment } from '../fixtures/candidates.ts';
import { NOTHING } from './no-facts.ts';

type Found = SignatureFinding['manifests'][number]['signature'];

const SIGNED: Found = { kind: 'signed', by: 'key 0123' };
const UNSIGNED: Found = { kind: 'refused', reason: 'no-signature' };
const OTHER: Found = { kind: 'refused', reason: 'other-identity (mallory)' };

const ours = accepted('ours.pub');
const theirs = accepted('theirs.pub');
const webOnly = accepted('web.pub', { images: ['web'] });

describe('signature', () => {
  it.each<[string, readonly AcceptedSigner[] | undefined, readonly SignatureFinding[], string | undefined]>([
    ['not asked for', undefined, [], undefined],
    ['asked for other images only', [webOnly], [], undefined],
    ['signed', [ours], [finding(ours, SIGNED)], 'open'],
    ['not signed', [ours], [finding(ours, UNSIGNED)], 'closed'],
    ['signed by the second of two', [ours, theirs], [finding(ours, OTHER), finding(theirs, SIGNED)], 'open'],
    ['signed by neither', [ours, theirs], [finding(ours, OTHER), finding(theirs, UNSIGNED)], 'closed'],
    ['index signed, a platform not', [ours], [finding(ours, SIGNED, SIGNED, UNSIGNED)], 'closed'],
    ['platforms signed, the index not', [ours], [finding(ours, UNSIGNED, SIGNED)], 'closed'],
    ['index and platforms signed', [ours], [finding(ours, SIGNED, SIGNED, SIGNED)], 'open'],
    [
      'each half by another',
      [ours, theirs],
      [finding(ours, SIGNED, OTHER), finding(theirs, OTHER, SIGNED)],
      'closed',
    ],
    ['never looked for', [ours], [], 'closed'],
    ['looked for, and nothing read', [ours], [finding(ours)], 'closed'],
  ])('judges an image %s', (_, signature, findings, kind) => {
    expect(judge(signature, findings)?.kind).toBe(kind);
  });

  it('says who signed', () => {
    expect(judge([ours], [finding(ours, SIGNED)])?.reason).toContain('key 0123');
  });

  it('says why each signer does not count', () => {
    const verdict = judge([ours, theirs], [finding(ours, SIGNED, OTHER), finding(theirs, UNSIGNED)]);
    for (const part of ['ours.pub', 'linux/1', 'other-identity', 'theirs.pub', 'no-signature']) {
      expect(verdict?.reason).toContain(part);
    }
  });

  it('has looked for just those signers that are accepted for the image', () => {
    const gated = environment({ gates: { signature: [ours, webOnly] } });
    const needed = (image: string) =>
      needsOf(candidate(image), gated, 'promotion').flatMap(need =>
        need.kind === 'signature' ? need.accepted : [],
      );
    expect([needed('api'), needed('web')]).toEqual([[ours], [ours, webOnly]]);
    expect(needsOf(candidate('api'), environment(), 'promotion')).toEqual([]);
  });
});

function judge(signature: readonly AcceptedSigner[] | undefined, findings: readonly SignatureFinding[]) {
  const facts: Facts = { ...NOTHING, signatures: new Map([['api', findings]]) };
  const gates = signature === undefined ? {} : { signature };
  return signatureGate.judge(candidate('api'), facts, environment({ gates }));
}

function accepted(key: string, changes: Partial<AcceptedSigner> = {}): AcceptedSigner {
  return { signer: { kind: 'key', key }, images: [], children: false, ...changes };
}

function finding(signer: AcceptedSigner, ...signatures: readonly Found[]): SignatureFinding {
  const manifests = signatures.map((signature, index) => ({
    digest: digestNamed(`manifest ${index}`),
    ...(index === 0 ? {} : { platform: `linux/${index}` }),
    signature,
  }));
  return { accepted: signer, manifests };
}
