import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';

/** The certificate in DER or the public key that made a signature. */
export type SigningMaterial = Uint8Array | KeyObject;

const rawBytes = z.object({ rawBytes: z.base64() });
const verifier = z.union([
  z.object({ x509Certificate: rawBytes }).transform(({ x509Certificate }) => x509Certificate.rawBytes),
  z.object({ publicKey: rawBytes }).transform(({ publicKey }) => publicKey.rawBytes),
]);
const published = z.tuple([z.object({ publicKey: z.base64() })]);

/**
 * The place of the key in each kind of entry, in base64: PEM in Rekor's version 1, DER in version 2.
 * https://github.com/sigstore/rekor/tree/main/pkg/types
 */
const bodySchema = z.union([
  z
    .object({ spec: z.object({ hashedRekordV002: z.object({ signature: z.object({ verifier }) }) }) })
    .transform(({ spec }) => spec.hashedRekordV002.signature.verifier),
  z
    .object({ spec: z.object({ signature: z.object({ publicKey: z.object({ content: z.base64() }) }) }) })
    .transform(({ spec }) => spec.signature.publicKey.content),
  z
    .object({ spec: z.object({ dsseV002: z.object({ signatures: z.tuple([z.object({ verifier })]) }) }) })
    .transform(({ spec }) => spec.dsseV002.signatures[0].verifier),
  z
    .object({ spec: z.object({ content: z.object({ envelope: z.object({ signatures: published }) }) }) })
    .transform(({ spec }) => spec.content.envelope.signatures[0].publicKey),
  z
    .object({ spec: z.object({ signatures: z.tuple([z.object({ verifier: z.base64() })]) }) })
    .transform(({ spec }) => spec.signatures[0].verifier),
]);

/**
 * Whether an entry names another key or certificate than the signer's. An identity's owner, who monitors the
 * log, would not see such an entry. An entry without a key at a known place does not count as another.
 */
export function isLoggedByAnother({ canonicalizedBody }: TransparencyLogEntry, by: SigningMaterial): boolean {
  const logged = keyIn(canonicalizedBody);
  return logged !== undefined && !Buffer.from(logged).equals(Buffer.from(bytesOf(by)));
}

function keyIn(body: Buffer): Uint8Array | undefined {
  try {
    const bytes = Buffer.from(bodySchema.parse(JSON.parse(body.toString())), 'base64');
    const text = bytes.toString('latin1');
    if (text.includes('BEGIN CERTIFICATE')) return new X509Certificate(text).raw;
    return text.includes('BEGIN') ? bytesOf(createPublicKey(text)) : bytes;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

function bytesOf(material: SigningMaterial): Uint8Array {
  return material instanceof Uint8Array ? material : material.export({ type: 'spki', format: 'der' });
}
