import { PromoteError } from '../../errors.ts';
import { COSIGN_KINDS, cosignTag } from '../../oci/cosign-tag.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import { isIndexType } from '../../oci/manifest.ts';
import type { Store } from '../store.ts';

/** What refers to an image. */
export interface Evidence {
  /** Referrers by their subject: the image, or a platform's manifest. */
  readonly referrers: ReadonlyMap<Digest, readonly Descriptor[]>;
  /** Tags that name evidence of a manifest by convention: `sha256-<hex>.sig`, `.att` and `.sbom`. */
  readonly tags: readonly string[];
}

/** Nothing at all. */
export const NO_EVIDENCE: Evidence = { referrers: new Map(), tags: [] };

/**
 * Finds everything that refers to one of an image's manifests, given by their digests: one listing of tags, or three
 * questions a manifest where there is no list, and the referrers of each.
 */
export async function findEvidence(store: Store, digests: readonly Digest[]): Promise<Evidence> {
  const listed = await store.tags();
  const referrers = new Map<Digest, readonly Descriptor[]>();
  const ask = async (subject: Digest) => {
    const found = await store.referrers(subject);
    if (found.length > 0) referrers.set(subject, found);
    else if (listed?.includes(fallbackTag(subject))) await refuseSquatter(store, subject);
  };
  // The first answer teaches the store whether its registry has the referrers API.
  for (const subject of digests.slice(0, 1)) await ask(subject);
  await Promise.all(digests.slice(1).map(ask));
  return { referrers, tags: await presentTags(store, digests.flatMap(evidenceTags), listed) };
}

/** Whether there is no evidence. */
export function isEmpty({ referrers, tags }: Evidence): boolean {
  return referrers.size === 0 && tags.length === 0;
}

async function presentTags(
  store: Store,
  candidates: readonly string[],
  listed: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (listed) {
    const present = new Set(listed);
    return candidates.filter(tag => present.has(tag));
  }
  const found = await Promise.all(candidates.map(async tag => ((await store.head(tag)) ? [tag] : [])));
  return found.flat();
}

/** The tags that evidence of this manifest would have. */
function evidenceTags(digest: Digest): readonly string[] {
  return COSIGN_KINDS.flatMap(kind => cosignTag(digest, kind) ?? []);
}

/** Without a list of referrers, its tag may name one that lists none, but nothing else: that would hide the list. */
async function refuseSquatter(store: Store, subject: Digest): Promise<void> {
  const tag = fallbackTag(subject);
  const named = await store.head(tag);
  if (named === undefined || (isIndexType(named.mediaType) && named.digest !== subject)) return;
  throw new PromoteError(
    'EVIDENCE',
    `find evidence of ${store.name}@${subject}: the tag ${tag} names ${named.digest}, which is not a list of referrers`,
    { hint: `cosign copy tags images like that: delete the tag, or copy without evidence (--evidence none)` },
  );
}
