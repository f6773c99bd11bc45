import type { TrustMaterial } from '@sigstore/verify';
import { PromoteError } from '../errors.ts';
import type { TrustedSigner } from './trusted-signer.ts';

/** The signers that count, and what certificates, log entries and timestamps are verified against. */
export interface Trust {
  /** Any of these signers counts; the current one comes first. */
  readonly signers: readonly TrustedSigner[];
  /** Called only if a signature needs it. Signatures by a key alone do not. Throws `KEY` or `UNREACHABLE`. */
  readonly root: TrustedRoot;
  /** Signed annotations that an image's signature must have; absent: none are required. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Loads the certificate authorities, transparency logs and timestamp authorities that are trusted. */
export type TrustedRoot = () => Promise<TrustMaterial>;

/** The root of signatures that need none; throws `KEY` if one is needed. */
export const noRoot: TrustedRoot = async () => {
  throw new PromoteError('KEY', 'verify: a trusted root is needed, and none is named');
};
