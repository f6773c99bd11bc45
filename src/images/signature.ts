import { PromoteError } from '../errors.ts';
import { cosignTag } from '../oci/cosign-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform, type ManifestContent, MEDIA_TYPES, parseManifest } from '../oci/manifest.ts';
import { childManifests, closureDigests } from '../registry/closure.ts';
import { readable } from '../registry/readable.ts';
import type { Store } from '../registry/store.ts';
import { BUNDLE_MEDIA_TYPE, PREDICATE_TYPE_HINT } from '../signing/attach.ts';
import { type FoundSigner, findSigner } from '../signing/find-signer.ts';
import { COSIGN_SIGN } from '../signing/statement.ts';
import type { Trust } from '../signing/trust.ts';

/** The usual number of manifest pulls to find one signer's signature. */
export const SIGNATURE_PULLS = 2;

/** A manifest with the signature that counts, or why none counts. */
export interface SignedManifest {
  readonly digest: Digest;
  /** The platform, if the manifest is an index's child. */
  readonly platform?: string | undefined;
  readonly signature: FoundSigner;
}

/** The accepted signer of an image, or none. `unverified`: something claims to be a signature. */
export type ImageSignature =
  | { readonly kind: 'verified'; readonly by: string }
  | { readonly kind: 'unverified' | 'none' };

/**
 * Finds a trusted signer's signature of an image's own manifest, and with `children` of every manifest below
 * it. The image's own comes first. With `children` it throws `NOT_FOUND` if the image is absent.
 */
export async function readSignatures(
  store: Store,
  digest: Digest,
  trust: Trust,
  { children }: { readonly children: boolean },
): Promise<readonly SignedManifest[]> {
  const manifests: readonly NamedManifest[] = [
    { digest },
    ...(children ? await childrenOf(store, digest) : []),
  ];
  return await Promise.all(
    manifests.map(async manifest => ({
      ...manifest,
      signature: await findSigner(store, manifest.digest, trust),
    })),
  );
}

/** Whether anything claims to be a signature of the image. Nothing is verified. */
export async function claimsSignature(store: Store, digest: Digest): Promise<boolean> {
  const tag = cosignTag(digest, 'sig');
  if (tag !== undefined && (await store.head(tag))) return true;
  return await listsSignature(store, await store.referrers(digest));
}

type NamedManifest = Pick<SignedManifest, 'digest' | 'platform'>;

async function childrenOf(store: Store, digest: Digest): Promise<readonly NamedManifest[]> {
  const root = await store.manifest(digest);
  if (root === undefined) {
    throw new PromoteError('NOT_FOUND', `read ${store.name}@${digest}: there is no such image`, {
      hint: 'push the image again, or name one that exists',
    });
  }
  const platforms = platformsOf(root);
  const [, ...below] = await closureDigests(store, root);
  return below.map(child => ({ digest: child, platform: platforms.get(child) }));
}

function platformsOf(root: ManifestContent): ReadonlyMap<Digest, string> {
  return new Map(
    childManifests(root).flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}

const SIGNATURE_TYPES: readonly string[] = [
  'application/vnd.dev.cosign.artifact.sig.v1+json',
  'application/vnd.cncf.notary.signature',
];
const MOST_OPENED = 8;

/** Whether a signature is listed. Without a referrers API, only a cosign 3 bundle's manifest is annotated. */
export async function listsSignature(store: Store, referrers: readonly Descriptor[]): Promise<boolean> {
  if (referrers.some(isSignature)) return true;
  const undescribed = referrers.filter(
    ({ artifactType, annotations }) => artifactType === MEDIA_TYPES.empty && annotations === undefined,
  );
  for (const { digest } of undescribed.slice(0, MOST_OPENED)) {
    const content = await readable(() => store.manifest(digest));
    const annotations = content && (await readable(async () => parseManifest(content)))?.annotations;
    if (annotations?.[PREDICATE_TYPE_HINT] === COSIGN_SIGN) return true;
  }
  return false;
}

/** Whether a referrer is listed as a signature. */
export function isSignature({ artifactType = '', annotations = {} }: Descriptor): boolean {
  const isBundle = artifactType === BUNDLE_MEDIA_TYPE && annotations[PREDICATE_TYPE_HINT] === COSIGN_SIGN;
  return isBundle || SIGNATURE_TYPES.includes(artifactType);
}
