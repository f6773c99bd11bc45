import type { KeyObject } from 'node:crypto';
import {
  type Bundle,
  bundleFromJSON,
  isBundleWithDsseEnvelope,
  isBundleWithPublicKey,
} from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import type { Digest } from '../oci/digest.ts';
import { isAbout, parseStatement, STATEMENT_PAYLOAD_TYPE, type Statement } from './statement.ts';

/** The most bytes of a bundle that are read. */
export const BUNDLE_LIMIT = 1024 * 1024;

/** Whom and what a bundle must speak of to count. */
export interface Expectation {
  readonly keys: readonly KeyObject[];
  readonly digest: Digest;
  readonly predicateType: string;
}

/** Why a bundle does not count. `untrusted-signature`: none of the keys made this signature over this payload. */
export type Refusal =
  | 'too-large'
  | 'not-a-bundle'
  | 'not-an-envelope'
  | 'not-by-a-key'
  | 'names-a-key-id'
  | 'unexpected-payload-type'
  | 'untrusted-signature'
  | 'not-a-statement'
  | 'other-predicate'
  | 'other-subject';

/** What verifying a bundle gave. */
export type Verification =
  | { readonly kind: 'verified'; readonly key: KeyObject; readonly statement: Statement }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string };

/**
 * Verifies a Sigstore bundle that a key signed. Log entries and timestamps are left aside: a key that is trusted by
 * itself needs no witness, and checking one takes a trusted root. Any bytes are answered, none throw.
 */
export function verifyBundle(bytes: Uint8Array, expected: Expectation): Verification {
  if (bytes.length > BUNDLE_LIMIT) return refused('too-large', `${bytes.length} bytes`);
  const bundle = parseBundle(bytes);
  if (bundle === undefined) return refused('not-a-bundle', 'no Sigstore bundle with exactly one signature');
  if (!isBundleWithDsseEnvelope(bundle)) return refused('not-an-envelope', bundle.content.$case);
  if (!isBundleWithPublicKey(bundle))
    return refused('not-by-a-key', bundle.verificationMaterial.content.$case);
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  const named = signatures.find(({ keyid }) => keyid !== '');
  if (named) return refused('names-a-key-id', named.keyid);
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) return refused('unexpected-payload-type', payloadType);
  const key = expected.keys.find(candidate => isSignedWith(bundle, candidate));
  if (key === undefined) return refused('untrusted-signature', `by none of ${expected.keys.length} keys`);
  const statement = parseStatement(payload);
  if (statement === undefined) return refused('not-a-statement', 'the payload is no in-toto statement v1');
  const { predicateType } = statement;
  if (predicateType !== expected.predicateType) return refused('other-predicate', predicateType);
  if (!isAbout(statement, expected.digest))
    return refused('other-subject', JSON.stringify(statement.subject));
  return { kind: 'verified', key, statement };
}

function parseBundle(bytes: Uint8Array): Bundle | undefined {
  try {
    return bundleFromJSON(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

function isSignedWith(bundle: Bundle, key: KeyObject): boolean {
  const { content } = bundle.verificationMaterial;
  const bare = {
    ...bundle,
    verificationMaterial: { content, tlogEntries: [], timestampVerificationData: undefined },
  };
  return toSignedEntity(bare).signature.verifySignature(key);
}

function refused(reason: Refusal, detail: string): Verification {
  return { kind: 'refused', reason, detail: detail.slice(0, 200) };
}
