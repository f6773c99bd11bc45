import type { KeyObject } from 'node:crypto';

/** Signs with a key that may live elsewhere; the signature is ASN.1 DER for ECDSA, raw for Ed25519, PKCS #1 for RSA. */
export interface Signer {
  readonly publicKey: KeyObject;
  sign(data: Uint8Array): Promise<Uint8Array>;
}
