import type { KeyObject } from 'node:crypto';
import { noRoot, type Trust, type TrustedRoot } from './trust.ts';
import { trustedKey } from './trusted-signer.ts';
import type { Witness } from './witness.ts';

/** Signs with a key that may live elsewhere; the signature is ASN.1 DER for ECDSA, raw for Ed25519, PKCS #1 for RSA. */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** In PEM, who the key belongs to: its own certificate first, then its issuers'. Absent: it is known by itself. */
  readonly certificates?: readonly [string, ...string[]];
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** What signatures are made with, who witnesses them, and how they are recognised. */
export interface Signer {
  /** The key to sign with now; keyless, it may be certified first. Throws `KEY`, `SIGNATURE` or `UNREACHABLE`. */
  readonly key: () => Promise<SigningKey>;
  readonly witnesses: readonly Witness[];
  /** Whom its signatures are by; each is verified by this before it is handed out. */
  readonly trust: Trust;
}

/** Signs with one key, which the signatures are recognised by; witnesses are verified by the trusted root. */
export function keySigner(
  key: SigningKey,
  witnessed?: { readonly witnesses: readonly Witness[]; readonly root: TrustedRoot },
): Signer {
  const { witnesses = [], root = noRoot } = witnessed ?? {};
  const trust = { signers: [trustedKey(key.publicKey, requirementOf(witnesses))], root };
  return { key: async () => key, witnesses, trust };
}

/** What signatures with these witnesses are then required to have. */
export function requirementOf(witnesses: readonly Pick<Witness, 'kind'>[]) {
  const kinds = witnesses.map(({ kind }) => kind);
  return { log: kinds.includes('log'), timestamp: kinds.includes('timestamp') };
}
