import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Password } from './encrypted-key.ts';
import { findKeyBlock } from './pem.ts';
import { requireSupportedKey } from './public-key.ts';
import type { SigningKey } from './signer.ts';

const ENCRYPTED = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY'];
const PLAIN = ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY'];

/**
 * Opens a private key in PEM, plain or encrypted by cosign; asks for the password only if it is encrypted. Throws
 * `KEY`. No message or cause contains a part of the key or the password.
 */
export async function loadPrivateKey(pem: string, password: Password): Promise<SigningKey> {
  const block = findKeyBlock(pem);
  if (block === undefined) throw notAKey('expected a private key in PEM, found none');
  if (PLAIN.includes(block.label)) return signingKey(parsePrivateKey(block.text));
  if (!ENCRYPTED.includes(block.label)) throw notAKey(`a PEM block ${block.label} is no key to sign with`);
  // This module contains the cipher, which Node.js lacks.
  const { decryptKey } = await import('./encrypted-key.ts');
  const der = await decryptKey(Buffer.from(block.body, 'base64'), password);
  return signingKey(parsePrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }));
}

function signingKey(key: KeyObject): SigningKey {
  const publicKey = requireSupportedKey(createPublicKey(key));
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return { publicKey, sign: async data => await promisify(sign)(hash, data, key) };
}

function parsePrivateKey(input: Parameters<typeof createPrivateKey>[0]): KeyObject {
  try {
    return createPrivateKey(input);
  } catch (error) {
    rethrowDefect(error);
    throw notAKey('the PEM block holds no private key that can be read');
  }
}

function notAKey(why: string): PromoteError {
  return new PromoteError('KEY', `load signing key: ${why}`, {
    hint: 'cosign generate-key-pair writes cosign.key; cosign import-key-pair turns other keys into one',
  });
}
