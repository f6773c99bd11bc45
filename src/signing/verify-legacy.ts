import { createHash } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import { z } from 'zod';
import { authenticate } from './authenticate.ts';
import { UnreadableMaterial } from './foreign.ts';
import { LEGACY_SIGNATURE, readLegacyAnnotations } from './legacy-annotations.ts';
import type { LegacyLayer } from './legacy-tag.ts';
import { type Refused, refused } from './refusal.ts';
import { isImageSignature, parseSimplePayload } from './simple-signing.ts';
import { COSIGN_SIGN, cosignStatement } from './statement.ts';
import { type Expectation, parseEnvelope, type Verification, verifyEnvelope } from './verify.ts';

const base64 = z.base64().min(1);

/** Verifies a layer under cosign's `.sig` tag. Layers never make it throw; loading the trusted root may. */
export async function verifyLegacySignature(
  { bytes, annotations }: LegacyLayer,
  { trust, digest, predicateType }: Expectation,
): Promise<Verification> {
  if (predicateType !== undefined && predicateType !== COSIGN_SIGN)
    return refused('other-predicate', COSIGN_SIGN);
  const signature = base64.safeParse(annotations[LEGACY_SIGNATURE]).data;
  if (signature === undefined) return refused('broken-base64', 'the signature is not base64');
  const messageDigest = {
    algorithm: HashAlgorithm.SHA2_256,
    digest: createHash('sha256').update(bytes).digest(),
  };
  const bundle = toBundle(annotations, {
    $case: 'messageSignature',
    messageSignature: { messageDigest, signature: Buffer.from(signature, 'base64') },
  });
  if ('kind' in bundle) return bundle;
  const authenticated = await authenticate({ bundle, artifact: bytes }, trust);
  if (authenticated.kind === 'refused') return authenticated;
  const payload = parseSimplePayload(bytes);
  if (payload === undefined) return refused('not-a-statement', 'the payload is no simple signing');
  if (!isImageSignature(payload)) return refused('unexpected-payload-type', payload.type);
  if (payload.digest !== digest) return refused('other-subject', payload.digest);
  const statement = cosignStatement(digest, payload.annotations);
  return { ...authenticated, kind: 'verified', format: 'legacy', statement };
}

/** Verifies an envelope under cosign's `.att` tag. Layers never make it throw; loading the root may. */
export async function verifyLegacyAttestation(
  { bytes, annotations }: LegacyLayer,
  expected: Expectation,
): Promise<Verification> {
  const envelope = await parseEnvelope(bytes);
  if ('kind' in envelope) return envelope;
  const bundle = toBundle(annotations, { $case: 'dsseEnvelope', dsseEnvelope: envelope });
  if ('kind' in bundle) return bundle;
  const verified = await verifyEnvelope(bundle, envelope, expected);
  return verified.kind === 'refused' ? verified : { ...verified, format: 'legacy' };
}

function toBundle(annotations: LegacyLayer['annotations'], content: Bundle['content']): Bundle | Refused {
  try {
    return { mediaType: '', content, verificationMaterial: readLegacyAnnotations(annotations) };
  } catch (error) {
    if (!(error instanceof UnreadableMaterial)) throw error;
    return refused('unreadable-verification-material', error.message);
  }
}
