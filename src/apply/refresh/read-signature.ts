import type { AcceptedSigner } from '../../environments/environments.ts';
import { isSigned } from '../../gates/signature.ts';
import { cosignTag } from '../../oci/cosign-tag.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { MEDIA_TYPES, parseManifest } from '../../oci/manifest.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import type { ImageSignature } from '../../plan/refresh/image-facts.ts';
import { readable } from '../../registry/readable.ts';
import type { Store } from '../../registry/store.ts';
import { BUNDLE_MEDIA_TYPE, PREDICATE_TYPE_HINT } from '../../signing/attach.ts';
import { COSIGN_SIGN } from '../../signing/statement.ts';
import type { Effects } from '../effects.ts';
import { judgeImage } from '../judge-image.ts';

/** How many manifests are usually pulled to find one signer's signature. */
export const SIGNATURE_PULLS = 2;

/** Who of the accepted signers signed the image; where none did, whether anybody says so, which is not verified. */
export async function readSignature(
  effects: Pick<Effects, 'store' | 'trust'>,
  image: { readonly repository: RepositoryName; readonly digest: Digest },
  accepted: readonly AcceptedSigner[],
): Promise<ImageSignature> {
  for (const signer of accepted) {
    const finding = await judgeImage(effects, image, signer);
    const [root] = finding.manifests;
    if (isSigned(finding) && root?.signature.kind === 'signed') {
      return { kind: 'verified', by: root.signature.by };
    }
  }
  const store = effects.store(image.repository);
  const tag = cosignTag(image.digest, 'sig');
  if (tag !== undefined && (await store.head(tag))) return { kind: 'unverified' };
  const referrers = await store.referrers(image.digest);
  return { kind: (await hasSignature(store, referrers)) ? 'unverified' : 'none' };
}

const SIGNATURE_TYPES: readonly string[] = [
  'application/vnd.dev.cosign.artifact.sig.v1+json',
  'application/vnd.cncf.notary.signature',
];
const MOST_OPENED = 8;

/** cosign 3 lists a bundle without annotations where the registry has no referrers API: its manifest has them. */
async function hasSignature(store: Store, referrers: readonly Descriptor[]): Promise<boolean> {
  if (referrers.some(isSignature)) return true;
  const untold = referrers.filter(
    ({ artifactType, annotations }) => artifactType === MEDIA_TYPES.empty && annotations === undefined,
  );
  for (const { digest } of untold.slice(0, MOST_OPENED)) {
    const content = await readable(() => store.manifest(digest));
    const annotations = content && (await readable(async () => parseManifest(content)))?.annotations;
    if (annotations?.[PREDICATE_TYPE_HINT] === COSIGN_SIGN) return true;
  }
  return false;
}

function isSignature({ artifactType = '', annotations = {} }: Descriptor): boolean {
  const isBundle = artifactType === BUNDLE_MEDIA_TYPE && annotations[PREDICATE_TYPE_HINT] === COSIGN_SIGN;
  return isBundle || SIGNATURE_TYPES.includes(artifactType);
}
