import { createPublicKey, type KeyObject } from 'node:crypto';
import { PromoteError, rethrowDefect } from '../errors.ts';
import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import { findKeyBlock } from './pem.ts';

/** Reads a public key in PEM (SPKI), such as cosign.pub; throws `KEY` for any other text, private keys included. */
export function loadPublicKey(pem: string): KeyObject {
  const block = findKeyBlock(pem);
  if (block?.label !== 'PUBLIC KEY') {
    const found = block === undefined ? 'none' : block.label;
    throw new PromoteError('KEY', `load public key: expected a PEM block PUBLIC KEY, found ${found}`, {
      hint: 'cosign public-key --key <private key> prints the public half of a key',
    });
  }
  return requireSupportedKey(parsePublicKey(block.text));
}

/** The SHA-256 of the key's SPKI, which names the key in messages and reports. */
export function keyId(publicKey: KeyObject): Digest {
  return digestOf(publicKey.export({ type: 'spki', format: 'der' }));
}

/** The key's unsigned name in a bundle, as cosign writes it: the same SHA-256 in base64. */
export function keyHint(publicKey: KeyObject): string {
  return Buffer.from(hexOf(keyId(publicKey)), 'hex').toString('base64');
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Returns the key if its signatures can be verified: ECDSA on P-256, P-384 or P-521, RSA or Ed25519. Throws `KEY`. */
export function requireSupportedKey(key: KeyObject): KeyObject {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (kind === 'ed25519' || (kind === 'ec' && CURVES.includes(namedCurve ?? ''))) return key;
  if (kind === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096) return key;
  const found = [kind, namedCurve, modulusLength > 0 ? `${modulusLength} bits` : undefined];
  throw new PromoteError(
    'KEY',
    `load key: expected ECDSA P-256, P-384 or P-521, Ed25519 or RSA of 2048 to 4096 bits, found ${found.filter(Boolean).join(' ')}`,
    { hint: 'cosign generate-key-pair makes a key that every verifier accepts' },
  );
}

function parsePublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('KEY', 'load public key: the PEM block holds no SPKI public key', { cause });
  }
}
