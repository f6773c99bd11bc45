import type { AcceptedSigner } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { SignatureFinding, SignedManifest } from '../gates/signature.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform, type ManifestContent } from '../oci/manifest.ts';
import type { RepositoryName } from '../oci/reference.ts';
import { childManifests, closureDigests } from '../registry/copy/closure.ts';
import type { Store } from '../registry/store.ts';
import { findSigner } from '../signing/find-signer.ts';
import type { Effects } from './effects.ts';

/** Looks for one accepted signer's signatures on an image, and on each of its children where that is asked. */
export async function judgeImage(
  effects: Pick<Effects, 'store' | 'trust'>,
  { repository, digest }: { readonly repository: RepositoryName; readonly digest: Digest },
  accepted: AcceptedSigner,
): Promise<SignatureFinding> {
  const store = effects.store(repository);
  const trust = await effects.trust(accepted);
  const judge = async (manifest: Named): Promise<SignedManifest> => ({
    ...manifest,
    signature: await findSigner(store, manifest.digest, trust),
  });
  const children = accepted.children ? await childrenOf(store, digest) : [];
  return { accepted, manifests: await Promise.all([{ digest }, ...children].map(judge)) };
}

type Named = Pick<SignedManifest, 'digest' | 'platform'>;

async function childrenOf(store: Store, digest: Digest): Promise<readonly Named[]> {
  const root = await store.manifest(digest);
  if (root === undefined) {
    throw new PromoteError('NOT_FOUND', `read ${store.name}@${digest}: there is no such image`, {
      hint: 'push the image again, or name one that exists',
    });
  }
  const platforms = platformsOf(root);
  const [, ...below] = await closureDigests(store, root);
  return below.map(child => {
    const platform = platforms.get(child);
    return { digest: child, ...(platform === undefined ? {} : { platform }) };
  });
}

function platformsOf(root: ManifestContent): ReadonlyMap<Digest, string> {
  return new Map(
    childManifests(root).flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}
