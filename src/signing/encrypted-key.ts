import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { z } from 'zod';
import { PromoteError, rethrowDefect } from '../errors.ts';

/** Asks for a key's password; `undefined` if it is not known. An empty password is valid. */
export type Password = () => string | undefined | Promise<string | undefined>;

const base64 = z.base64().transform(text => Uint8Array.from(Buffer.from(text, 'base64')));

/**
 * Only cosign's own costs are accepted: scrypt needs 128·N·r bytes of memory, and the file must not choose
 * how many.
 */
const encryptedKey = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({ N: z.literal([32768, 65536, 131072]), r: z.literal(8), p: z.literal(1) }),
    salt: base64,
  }),
  cipher: z.object({
    name: z.literal('nacl/secretbox'),
    nonce: base64.refine(bytes => bytes.length === xsalsa20poly1305.nonceLength),
  }),
  ciphertext: base64,
});

const COST = { N: 65536, r: 8, p: 1 };

/** Encrypts PKCS #8 DER as cosign does. The result is the body of a PEM key. */
export async function encryptKey(der: Uint8Array, password: string): Promise<Uint8Array> {
  const [salt, nonce] = [randomBytes(32), randomBytes(xsalsa20poly1305.nonceLength)];
  const key = await deriveKey(password, salt, { ...COST, maxmem: 256 * COST.N * COST.r });
  const ciphertext = xsalsa20poly1305(key, nonce).encrypt(der);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return Buffer.from(
    JSON.stringify({
      kdf: { name: 'scrypt', params: COST, salt: text(salt) },
      cipher: { name: 'nacl/secretbox', nonce: text(nonce) },
      ciphertext: text(ciphertext),
    }),
  );
}

/** Decrypts the body of a key that cosign encrypted (scrypt, NaCl secretbox) to PKCS #8 DER; throws `KEY`. */
export async function decryptKey(body: Uint8Array, password: Password): Promise<Uint8Array> {
  const { kdf, cipher, ciphertext } = parseEncryptedKey(body);
  const secret = await password();
  if (secret === undefined) throw wrongPassword('it is encrypted and no password was given', true);
  const { N, r } = kdf.params;
  const key = await deriveKey(secret, kdf.salt, { ...kdf.params, maxmem: 256 * N * r });
  try {
    return xsalsa20poly1305(key, cipher.nonce).decrypt(ciphertext);
  } catch (error) {
    rethrowDefect(error);
    throw wrongPassword('the password does not open it');
  }
}

function deriveKey(secret: string, salt: Uint8Array, options: ScryptOptions): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(secret, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  return promise;
}

function parseEncryptedKey(body: Uint8Array): z.infer<typeof encryptedKey> {
  try {
    return encryptedKey.parse(JSON.parse(Buffer.from(body).toString()));
  } catch (error) {
    rethrowDefect(error);
    throw new PromoteError(
      'KEY',
      'load signing key: not encrypted as cosign does, with scrypt at its own costs',
      {
        hint: 'make the key with cosign generate-key-pair or cosign import-key-pair',
      },
    );
  }
}

function wrongPassword(why: string, isAbsent?: true): PromoteError {
  return new PromoteError('KEY', `load signing key: ${why}`, {
    hint: 'set COSIGN_PASSWORD to the password the key was made with',
    isAbsent,
  });
}
