import type { TrustMaterial } from '@sigstore/verify';
import { PromoteError } from '../errors.ts';
import type { Http } from '../http/http.ts';
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

/** Reads a `trusted_root.json`; throws `KEY`. */
export async function parseTrustedRoot(text: string): Promise<TrustMaterial> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)));
  } catch (cause) {
    throw new PromoteError('KEY', 'load trusted root: not a trusted root of Sigstore in JSON', {
      hint: 'cosign trusted-root create writes one',
      cause,
    });
  }
}

/** Loads the public Sigstore's trusted root through TUF, kept in the directory; throws `UNREACHABLE`. */
export async function loadPublicRoot(directory: string, http: Http): Promise<TrustMaterial> {
  try {
    const { readPublicRoot } = await import('./public-root.ts');
    return await parseTrustedRoot(await readPublicRoot(directory, http));
  } catch (cause) {
    throw new PromoteError('UNREACHABLE', "load the public Sigstore's trusted root: it cannot be had", {
      hint: 'reach tuf-repo-cdn.sigstore.dev, or name a file in trustedRoot',
      cause,
    });
  }
}
