import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { agrees, type Hints, mayBeBundle } from './read.ts';
import type { Trust } from './trust.ts';
import type { TrustedSigner } from './trusted-signer.ts';

/** The annotation that names a bundle's signer. It is not signed, so it is only a hint. */
const SIGNER_HINT = 'dev.gitops-promote.signer';

/** The annotation of bundles that the first of these signers makes. */
export function signerHint({ signers: [signer] }: Pick<Trust, 'signers'>): Hints {
  return signer === undefined ? {} : { [SIGNER_HINT]: nameOf(signer) };
}

/**
 * Whether a list of referrers names a statement of our only signer. It proves nothing: the signature is not read.
 * A signer that changed, or whose signatures need other verification material now, is not named.
 */
export function isListedAsOurs(
  referrers: readonly Descriptor[],
  trust: Pick<Trust, 'signers'>,
  predicateType: string,
  hints: Hints = {},
): boolean {
  const wanted = { ...hints, ...signerHint(trust), [PREDICATE_TYPE_HINT]: predicateType };
  return (
    trust.signers.length === 1 &&
    referrers.some(referrer => mayBeBundle(referrer) && agrees(referrer, wanted))
  );
}

/** A hash, so that no person's address is in an annotation. */
function nameOf(signer: TrustedSigner): string {
  const { log, timestamp } = signer.requires;
  const who =
    signer.kind === 'key'
      ? signer.key.export({ format: 'pem', type: 'spki' })
      : [matchOf(signer.identity), matchOf(signer.issuer)];
  return digestOf(JSON.stringify([signer.kind, who, log, timestamp]));
}

function matchOf(match: Extract<TrustedSigner, { kind: 'certificate' }>['identity']): readonly string[] {
  return [match.kind, match.kind === 'exact' ? match.text : match.pattern];
}
