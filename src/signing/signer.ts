import type { KeyObject } from 'node:crypto';
import { noRoot, type Trust, type TrustedRoot } from './trust.ts';
import { trustedKey } from './trusted-signer.ts';
import type { Witness } from './witness.ts';

/**
 * A key that signs, perhaps outside this process. Signatures are ASN.1 DER for ECDSA, raw for Ed25519, PKCS
 * #1 for RSA.
 */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** The key's certificate in PEM, then its issuers' certificates. Absent: the key itself is trusted. */
  readonly certificates?: readonly [string, ...string[]];
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** The signing key, the log and timestamp authority for its signatures, and their verification. */
export interface Signer {
  /**
   * The current signing key. A keyless key is certified first if needed. Throws `KEY`, `SIGNATURE` or
   * `UNREACHABLE`.
   */
  readonly key: () => Promise<SigningKey>;
  readonly witnesses: readonly Witness[];
  /** Our own signers. Every signature is verified against them before it is used. */
  readonly trust: Trust;
}

/**
 * Signs with one key and verifies its signatures by the same key. Log entries and timestamps are verified
 * against the trusted root.
 */
export function keySigner(
  key: SigningKey,
  witnessed?: { readonly witnesses: readonly Witness[]; readonly root: TrustedRoot },
): Signer {
  const { witnesses = [], root = noRoot } = witnessed ?? {};
  const trust = { signers: [trustedKey(key.publicKey, requirementOf(witnesses))], root };
  return { key: async () => key, witnesses, trust };
}

/** The requirements for signatures by these witnesses. */
export function requirementOf(witnesses: readonly Pick<Witness, 'kind'>[]) {
  const kinds = witnesses.map(({ kind }) => kind);
  return { log: kinds.includes('log'), timestamp: kinds.includes('timestamp') };
}
