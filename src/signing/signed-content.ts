import { type KeyObject, verify } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import { readForeign } from './foreign.ts';
import { preAuthenticationEncoding } from './pre-authentication.ts';

/** A signature with its verification material. */
export interface SignedContent {
  readonly bundle: Bundle;
  /** The signed bytes, if the bundle contains only their digest. */
  readonly artifact?: Buffer | undefined;
}

/** The library's form. Throws `UnreadableMaterial` if the certificate or a timestamp cannot be read. */
export function toEntity({ bundle, artifact }: SignedContent): SignedEntity {
  const entity = readForeign(() => toSignedEntity(bundle, artifact));
  const { signature } = entity;
  return {
    ...entity,
    signature: {
      signature: signature.signature,
      compareSignature: other => signature.compareSignature(other),
      compareDigest: other => signature.compareDigest(other),
      compareSignedDigest: other => signature.compareSignedDigest(other),
      // The library always assumes SHA-256.
      verifySignature: key => {
        const bytes = signedBytes({ bundle, artifact });
        return hashesOf(key).some(hash => readForeign(() => verify(hash, bytes, key, signature.signature)));
      },
    },
  };
}

/**
 * The hashes that a signature by the key may use; null is the bytes themselves, for Ed25519. With a larger
 * curve, cosign 3 verifies SHA-256, but signs the curve's own hash, as key services do.
 */
function hashesOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly (string | null)[] {
  if (asymmetricKeyType === 'ed25519') return [null];
  const own = OWN_HASH[asymmetricKeyDetails?.namedCurve ?? ''];
  return own === undefined ? ['sha256'] : ['sha256', own];
}

const OWN_HASH: Readonly<Record<string, string>> = { secp384r1: 'sha384', secp521r1: 'sha512' };

function signedBytes({ bundle: { content }, artifact }: SignedContent): Uint8Array {
  if (content.$case === 'messageSignature') return artifact ?? Buffer.of();
  const { payload, payloadType } = content.dsseEnvelope;
  return preAuthenticationEncoding(payloadType, payload);
}

/** The content without log entries and timestamps, which may be unreadable if they are not required. */
export function withoutWitnesses({ bundle, ...rest }: SignedContent): SignedContent {
  const { content } = bundle.verificationMaterial;
  const verificationMaterial = { content, tlogEntries: [], timestampVerificationData: undefined };
  return { ...rest, bundle: { ...bundle, verificationMaterial } };
}
