import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { preAuthenticationEncoding } from '../pre-authentication.ts';
import type { Witness } from '../witness.ts';
import { askService, jsonBody, parseAnswer, type Service } from './service.ts';

const OPERATION = 'log signature';
const HINT = 'check signing.rekor: it has to be a Rekor of version 2';

const bytes = z.base64().transform(text => Buffer.from(text, 'base64'));
/** A 64-bit number is a text in Protobuf's JSON. https://protobuf.dev/programming-guides/json/ */
const count = z.union([z.string().regex(/^\d{1,19}$/), z.int().nonnegative().transform(String)]);

/** https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_rekor.proto (`TransparencyLogEntry`) */
const entrySchema = z.object({
  logIndex: count.default('0'),
  logId: z.object({ keyId: bytes }),
  kindVersion: z.object({ kind: z.literal('hashedrekord'), version: z.literal('0.0.2') }),
  inclusionProof: z.object({
    logIndex: count.default('0'),
    rootHash: bytes,
    treeSize: count,
    hashes: z.array(bytes).default([]),
    checkpoint: z.object({ envelope: z.string().min(1) }),
  }),
  canonicalizedBody: bytes,
});

/**
 * A transparency log of Rekor's version 2. It accepts no envelopes: an entry contains the hash of the signed
 * bytes. It proves no time. https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md
 */
export function tilesWitness(service: Service): Witness {
  return {
    kind: 'log',
    serves: requireP256,
    async testify(content, verifier) {
      await requireP256(createPublicKey(verifier));
      const answer = await askService({
        service,
        operation: OPERATION,
        path: '/api/v2/log/entries',
        body: jsonBody(requestOf(content, verifier)),
        hint: HINT,
      });
      if (answer.status === 409) throw lost(answer.url);
      return { entries: [toEntry(parseAnswer(entrySchema, answer, OPERATION))], timestamps: [] };
    },
  };
}

function requestOf(content: Bundle['content'], verifier: string): object {
  const { digest, signature } = signedIn(content);
  return {
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: { content: signature.toString('base64'), verifier: verifierOf(verifier) },
    },
  };
}

function signedIn(content: Bundle['content']) {
  if (content.$case === 'messageSignature') throw unreadableTag();
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  const covered = preAuthenticationEncoding(payloadType, payload);
  return {
    digest: createHash('sha256').update(covered).digest(),
    signature: signatures[0]?.sig ?? Buffer.of(),
  };
}

function verifierOf(pem: string): object {
  const keyDetails = 'PKIX_ECDSA_P256_SHA_256';
  if (pem.includes('BEGIN CERTIFICATE')) {
    return { x509Certificate: { rawBytes: new X509Certificate(pem).raw.toString('base64') }, keyDetails };
  }
  const rawBytes = createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64');
  return { publicKey: { rawBytes }, keyDetails };
}

/** Whether a log of version 2 accepts a signature by this key or certificate in PEM. */
export function canBeTiled({ $case }: Bundle['content'], verifier: string): boolean {
  return $case === 'dsseEnvelope' && isP256(createPublicKey(verifier));
}

function isP256({ asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function toEntry(entry: z.infer<typeof entrySchema>): TransparencyLogEntry {
  return { ...entry, integratedTime: '0', inclusionPromise: undefined };
}

/**
 * Throws `KEY` unless the key is on P-256. Other curves are logged with another hash than cosign verifies.
 * The log refuses Ed25519, and also a second entry of RSA's identical signatures.
 */
export async function requireP256(key: KeyObject): Promise<void> {
  if (isP256(key)) return;
  const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType;
  throw new PromoteError(
    'KEY',
    `${OPERATION}: a Rekor of version 2 takes signatures on P-256, and this key is ${kind}`,
    {
      hint: 'sign with a key on P-256, or log to a Rekor of version 1',
    },
  );
}

function unreadableTag(): PromoteError {
  return new PromoteError(
    'SIGNATURE',
    `${OPERATION}: a .sig has no place for an entry of a Rekor of version 2`,
    {
      hint: 'set signing.formats to [bundle], or log to a Rekor of version 1',
    },
  );
}

/** The log gives no entry back: https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md#removing-online-verification-and-search */
function lost({ origin }: URL): PromoteError {
  return new PromoteError(
    'UNREACHABLE',
    `${OPERATION}: ${origin} has this entry, and its answer was lost on the way`,
    {
      hint: 'run it again: it signs anew',
    },
  );
}
