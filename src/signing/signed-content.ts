import { verify } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import { readForeign } from './foreign.ts';

/** A signature with its verification material. */
export interface SignedContent {
  readonly bundle: Bundle;
  /** The signed bytes, if the bundle has only their digest. */
  readonly artifact?: Buffer;
}

/** The form that the library verifies; throws `UnreadableMaterial` if the certificate or a timestamp cannot be read. */
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
      // The library assumes that every message signature is over a SHA-256; one by Ed25519 is over the message.
      verifySignature: key =>
        artifact !== undefined && key.asymmetricKeyType === 'ed25519'
          ? readForeign(() => verify(null, artifact, key, signature.signature))
          : readForeign(() => signature.verifySignature(key)),
    },
  };
}

/** The same without log entries and timestamps, which may be unreadable if nobody requires them. */
export function withoutWitnesses({ bundle, ...rest }: SignedContent): SignedContent {
  const { content } = bundle.verificationMaterial;
  const verificationMaterial = { content, tlogEntries: [], timestampVerificationData: undefined };
  return { ...rest, bundle: { ...bundle, verificationMaterial } };
}
