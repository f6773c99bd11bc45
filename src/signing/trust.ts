import type { TrustMaterial } from '@sigstore/verify';
import { PromoteError } from '../errors.ts';
import type { TrustedSigner } from './trusted-signer.ts';

/** Whose signatures count, and what certificates, log entries and timestamps are verified against. */
export interface Trust {
  /** Any of these; the current one first. */
  readonly signers: readonly TrustedSigner[];
  /** Asked only where a signature needs it: keys alone do not. Throws `KEY` or `UNREACHABLE`. */
  readonly root: TrustedRoot;
}

/** Loads the certificate authorities, transparency logs and timestamp authorities that are believed. */
export type TrustedRoot = () => Promise<TrustMaterial>;

/** Where nothing needs a trusted root; throws `KEY` if something does. */
export const noRoot: TrustedRoot = async () => {
  throw new PromoteError('KEY', 'verify: a trusted root is needed, and none is named');
};
