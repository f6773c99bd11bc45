import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, scryptSync } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { loadPrivateKey } from '../../src/signing/private-key.ts';
import { keySigner, type Signer, type SigningKey } from '../../src/signing/signer.ts';
import type { Trust } from '../../src/signing/trust.ts';

/** The costs of cosign's key encryption. */
export interface Costs {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Somebody with a fresh P-256 key. */
export async function newSigner(): Promise<Signer> {
  return keySigner(await newKey());
}

/** A fresh P-256 key to sign with. */
export async function newKey(): Promise<SigningKey> {
  return await loadPrivateKey(toPem(newPrivateKey()), () => undefined);
}

/** Trusts whoever these signers are. */
export function trustIn(...signers: readonly Signer[]): Trust {
  const root = async () => {
    throw new Error('keys need no trusted root');
  };
  return { signers: signers.flatMap(({ trust }) => trust.signers), root };
}

/** A fresh P-256 private key. */
export function newPrivateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** A private key as plain PKCS #8 in PEM. */
export function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A private key's public half in PEM. */
export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** A body as a PEM block. */
export function pemBlock(label: string, body: Uint8Array): string {
  const lines =
    Buffer.from(body)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Encrypts content as cosign encrypts a private key; `declared` costs are written without being paid. */
export function encryptAsCosign(
  content: Uint8Array,
  password: string,
  costs: Costs,
  declared: object = costs,
): Uint8Array {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const key = scryptSync(password, salt, 32, { ...costs, maxmem: 256 * costs.N * costs.r });
  const ciphertext = Buffer.from(xsalsa20poly1305(key, nonce).encrypt(content)).toString('base64');
  return Buffer.from(
    JSON.stringify({
      kdf: { name: 'scrypt', params: declared, salt: salt.toString('base64') },
      cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
      ciphertext,
    }),
  );
}
