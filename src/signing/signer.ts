import type { KeyObject } from 'node:crypto';
import { noRoot, type Trust, type TrustedRoot } from './trust.ts';
import { trustedKey } from './trusted-signer.ts';
import type { Witness } from './witness.ts';

/**
 * A key that signs, which may be outside this process. The signature is ASN.1 DER for ECDSA, raw for Ed25519, PKCS #1
 * for RSA.
 */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** The key's certificate in PEM and then its issuers'. Absent: the key itself is trusted. */
  readonly certificates?: readonly [string, ...string[]];
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** What signatures are made with, which log and timestamp authority witness them, and how they are verified. */
export interface Signer {
  /**
   * The key to sign with now; a keyless one is certified first if needed. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`.
   */
  readonly key: () => Promise<SigningKey>;
  readonly witnesses: readonly Witness[];
  /** The signers that our signatures are by; every signature is verified against this before it is used. */
  readonly trust: Trust;
}

/**
 * Signs with one key, which also verifies the signatures; log entries and timestamps are verified against the trusted
 * root.
 */
export function keySigner(
  key: SigningKey,
  witnessed?: { readonly witnesses: readonly Witness[]; readonly root: TrustedRoot },
): Signer {
  const { witnesses = [], root = noRoot } = witnessed ?? {};
  const trust = { signers: [trustedKey(key.publicKey, requirementOf(witnesses))], root };
  return { key: async () => key, witnesses, trust };
}

/** What is required of signatures that these witnesses took part in. */
export function requirementOf(witnesses: readonly Pick<Witness, 'kind'>[]) {
  const kinds = witnesses.map(({ kind }) => kind);
  return { log: kinds.includes('log'), timestamp: kinds.includes('timestamp') };
}
