import { verify } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';

/** A signature with all that came with it. */
export interface SignedContent {
  readonly bundle: Bundle;
  /** The signed bytes, where the bundle holds their digest alone. */
  readonly artifact?: Buffer;
}

/** What the library verifies; throws where certificate or timestamps cannot be read. */
export function toEntity({ bundle, artifact }: SignedContent): SignedEntity {
  const entity = toSignedEntity(bundle, artifact);
  const { signature } = entity;
  return {
    ...entity,
    signature: {
      signature: signature.signature,
      compareSignature: other => signature.compareSignature(other),
      compareDigest: other => signature.compareDigest(other),
      compareSignedDigest: other => signature.compareSignedDigest(other),
      // The library takes every message signature for one over a SHA-256, which one by Ed25519 is not.
      verifySignature: key =>
        artifact !== undefined && key.asymmetricKeyType === 'ed25519'
          ? verify(null, artifact, key, signature.signature)
          : signature.verifySignature(key),
    },
  };
}

/** The same without testimony, which may be unreadable where nobody asks for it. */
export function withoutTestimony({ bundle, ...rest }: SignedContent): SignedContent {
  const { content } = bundle.verificationMaterial;
  const verificationMaterial = { content, tlogEntries: [], timestampVerificationData: undefined };
  return { ...rest, bundle: { ...bundle, verificationMaterial } };
}
