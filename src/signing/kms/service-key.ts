import { createHash, type KeyObject } from 'node:crypto';
import { PromoteError } from '../../errors.ts';
import type { Http } from '../../http/http.ts';

/** How to reach a key service, and whether its key signs or only verifies. */
export interface KeyServicePlace {
  readonly http: Http;
  readonly signal?: AbortSignal | undefined;
  readonly use: 'sign' | 'verify';
  /** Called with each new token before it is used. */
  readonly onSecret: (secret: string) => void;
}

/** The hash that elliptic curves and RSA sign. */
export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/**
 * Throws `KEY` for a key whose service signs in no form that cosign accepts. Services sign larger curves only
 * with SHA-384 or SHA-512, and cosign verifies SHA-256.
 */
export function requireSha256(publicKey: KeyObject, key: string): void {
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  if (publicKey.asymmetricKeyType === 'rsa' || curve === 'prime256v1') return;
  throw new PromoteError(
    'KEY',
    `sign with key ${key}: its service signs ${curve ?? 'Ed25519'} as cosign does not verify it`,
    {
      hint: 'make a key on P-256; this one still serves to verify: name it in trusted, or in a gate',
    },
  );
}
