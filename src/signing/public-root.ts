import { getTrustedRoot, TUFError } from '@sigstore/tuf';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { PromoteError } from '../errors.ts';

/** Loads the public Sigstore's trusted root through TUF, kept in the directory; throws `UNREACHABLE`. */
export async function loadPublicRoot(directory: string): Promise<TrustMaterial> {
  try {
    return toTrustMaterial(await getTrustedRoot({ cachePath: directory }));
  } catch (cause) {
    if (!(cause instanceof TUFError)) throw cause;
    throw new PromoteError('UNREACHABLE', "load the public Sigstore's trusted root: it cannot be had", {
      hint: 'reach tuf-repo-cdn.sigstore.dev, or name a file in trustedRoot',
      cause,
    });
  }
}
