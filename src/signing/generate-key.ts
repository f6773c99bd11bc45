import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { encryptKey } from './encrypted-key.ts';

/** A new key pair in PEM. */
export interface KeyPair {
  /** For cosign and promote. With a password it is encrypted as cosign does, else it is plain PKCS #8. */
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a key pair of P-256, as `cosign generate-key-pair` does. */
export async function generateSigningKey(password: string | undefined): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return {
    privateKey: password
      ? pemOf(await encryptKey(privateKey.export({ type: 'pkcs8', format: 'der' }), password))
      : `${pem}`,
    publicKey: `${publicKey.export({ type: 'spki', format: 'pem' })}`,
  };
}

function pemOf(body: Uint8Array): string {
  const lines =
    Buffer.from(body)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
