import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { isDigestSigned } from './sign-digest.ts';
import type { Asked, SigstoreAnswer } from './sigstore.ts';

/** A log of Rekor's version 2, which a trusted root knows by its key and its name. */
export interface Tiles {
  readonly publicKey: Buffer;
  readonly logId: Buffer;
  readonly answer: (asked: Asked) => Promise<SigstoreAnswer>;
}

const base64 = z.base64().min(1);
const rawBytes = z.strictObject({ rawBytes: base64 });
const keyDetails = z.literal('PKIX_ECDSA_P256_SHA_256');
const verifierSchema = z.union([
  z.strictObject({ publicKey: rawBytes, keyDetails }),
  z.strictObject({ x509Certificate: rawBytes, keyDetails }),
]);
const requestSchema = z.strictObject({
  hashedRekordRequestV002: z.strictObject({
    digest: base64,
    signature: z.strictObject({ content: base64, verifier: verifierSchema }),
  }),
});

/**
 * Rekor's version 2 with a tree of its own. It takes `hashedrekord` alone, verifies the signature over the digest, and
 * refuses what it has already, without giving it back.
 * https://github.com/sigstore/rekor-tiles/blob/main/internal/server/service.go
 */
export function tilesOf(name: string): Tiles {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  // https://github.com/C2SP/C2SP/blob/main/signed-note.md#signatures
  const logId = sha256(Buffer.from(`${name}\n`), Buffer.of(1), spki.subarray(-32));
  const leaves: Buffer[] = [];
  const known = new Map<string, number>();
  const answer = async ({ body }: Asked): Promise<SigstoreAnswer> => {
    const request = requestSchema.safeParse(JSON.parse(body.toString()));
    if (!request.success) return json(400, { code: 3, message: 'invalid type, must be hashedrekord' });
    const { digest, signature } = request.data.hashedRekordRequestV002;
    const isSigned = await isDigestSigned(
      keyIn(signature.verifier),
      Buffer.from(digest, 'base64'),
      Buffer.from(signature.content, 'base64'),
    );
    if (!isSigned) return json(400, { code: 3, message: 'invalid hashedrekord request' });
    const hashedRekordV002 = { data: { algorithm: 'SHA2_256', digest }, signature };
    const entry = canonicalize({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } });
    const text = `${entry}`;
    const before = known.get(text);
    if (before !== undefined) {
      const refused = json(409, { code: 6, message: 'an equivalent entry already exists' });
      return { ...refused, headers: { ...refused.headers, 'x-log-index': `${before}` } };
    }
    const index = leaves.push(sha256(Buffer.of(0), Buffer.from(text))) - 1;
    known.set(text, index);
    const root = rootOf(leaves).toString('base64');
    const note = `${name}\n${leaves.length}\n${root}\n`;
    const line = Buffer.concat([logId.subarray(0, 4), sign(null, Buffer.from(note), privateKey)]);
    return json(201, {
      logIndex: `${index}`,
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
      inclusionProof: {
        logIndex: `${index}`,
        rootHash: root,
        treeSize: `${leaves.length}`,
        hashes: proofOf(index, leaves).map(hash => hash.toString('base64')),
        checkpoint: { envelope: `${note}\n\u2014 ${name} ${line.toString('base64')}\n` },
      },
      canonicalizedBody: Buffer.from(text).toString('base64'),
    });
  };
  return { publicKey: spki, logId, answer };
}

function keyIn(verifier: z.infer<typeof verifierSchema>): KeyObject {
  if ('x509Certificate' in verifier)
    return new X509Certificate(Buffer.from(verifier.x509Certificate.rawBytes, 'base64')).publicKey;
  return createPublicKey({
    key: Buffer.from(verifier.publicKey.rawBytes, 'base64'),
    format: 'der',
    type: 'spki',
  });
}

/** https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only = sha256()] = leaves;
  if (leaves.length <= 1) return only;
  const half = halfOf(leaves);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

/** https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1 */
function proofOf(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const half = halfOf(leaves);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half
    ? [...proofOf(index, left), rootOf(right)]
    : [...proofOf(index - half, right), rootOf(left)];
}

/** The greatest power of two below the number of leaves. */
function halfOf({ length }: readonly Buffer[]): number {
  return 2 ** Math.floor(Math.log2(length - 1));
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function json(status: number, value: object): SigstoreAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}
