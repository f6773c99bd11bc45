import { PromoteError } from '../../errors.ts';
import { COSIGN_KINDS, cosignTag } from '../../oci/cosign-tag.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { fallbackTag } from '../../oci/fallback-tag.ts';
import { isIndexType } from '../../oci/manifest.ts';
import { closureDigests } from '../closure.ts';
import type { Store } from '../store.ts';

/** The referrers of an image, and their own referrers: for example an SBOM, and the SBOM's signature. */
export interface Evidence {
  /** Referrers by their subject: the image's manifests first, then those of its evidence. */
  readonly referrers: ReadonlyMap<Digest, readonly Descriptor[]>;
  /** Tags that name a manifest's evidence by convention: `sha256-<hex>.sig`, `.att` and `.sbom`. */
  readonly tags: ReadonlyMap<string, Descriptor>;
}

/** Lists of referrers that were read before, by subject. */
export type KnownReferrers = ReadonlyMap<Digest, readonly Descriptor[]>;

/** No evidence. */
export const NO_EVIDENCE: Evidence = { referrers: new Map(), tags: new Map() };

/** The most levels of referrers. Without it, writers to a repository could make a run endless. */
const DEEPEST = 8;
/** As many as one list may have: a person who attaches junk must not stop the copy of everything else. */
const MOST_SUBJECTS = 20_000;

/**
 * Finds everything that refers to an image's manifests, given by their digests, and to that evidence in turn.
 * It lists the tags once, or asks for three tags of each manifest if there is no list. It asks for the
 * referrers of each manifest and looks up each tag. Callers that have the list, or lists of referrers, pass them. Throws
 * `EVIDENCE` if it is too deep or too much.
 */
export async function findEvidence(
  store: Store,
  digests: readonly Digest[],
  tags: ReturnType<Store['tags']> = store.tags(),
  known: KnownReferrers = new Map(),
): Promise<Evidence> {
  const listed = await tags;
  const referrers = new Map<Digest, readonly Descriptor[]>();
  const named = new Map<string, Descriptor>();
  const seen = new Set<Digest>();
  let subjects: readonly Digest[] = [...new Set(digests)];
  for (let depth = 0; subjects.length > 0; depth += 1) {
    for (const subject of subjects) seen.add(subject);
    if (depth > DEEPEST || (depth > 0 && seen.size > MOST_SUBJECTS)) throw tooMuch(store, digests[0], depth);
    const found = await Promise.all([
      findReferrers(store, subjects, { listed, known }, referrers),
      findTags(store, subjects, listed, named),
    ]);
    const next = await Promise.all(found.flat().map(descriptor => manifestsOf(store, descriptor)));
    subjects = [...new Set(next.flat())].filter(digest => !seen.has(digest));
  }
  return { referrers, tags: named };
}

/** The manifests of a piece of evidence: its own, and those below it if it is an index. */
export async function manifestsOf(
  store: Store,
  { digest, mediaType }: Descriptor,
): Promise<readonly Digest[]> {
  const content = isIndexType(mediaType) ? await store.manifest(digest) : undefined;
  return content === undefined ? [digest] : await closureDigests(store, content);
}

/** The number of referrers and tags. */
export function countEvidence({ referrers, tags }: Evidence): number {
  return [...referrers.values()].reduce((sum, listed) => sum + listed.length, tags.size);
}

async function findReferrers(
  store: Store,
  subjects: readonly Digest[],
  { listed, known }: { readonly listed: readonly string[] | undefined; readonly known: KnownReferrers },
  referrers: Map<Digest, readonly Descriptor[]>,
): Promise<readonly Descriptor[]> {
  const ask = async (subject: Digest) => {
    const found = known.get(subject) ?? (await store.referrers(subject, listed));
    if (found.length === 0 && listed?.includes(fallbackTag(subject))) await refuseSquatter(store, subject);
    return [subject, found] as const;
  };
  // The first answer shows the store whether its registry has the referrers API.
  const [first, ...others] = subjects;
  const answers = first === undefined ? [] : [await ask(first), ...(await Promise.all(others.map(ask)))];
  for (const [subject, found] of answers) if (found.length > 0) referrers.set(subject, found);
  return answers.flatMap(([, found]) => found);
}

async function findTags(
  store: Store,
  subjects: readonly Digest[],
  listed: readonly string[] | undefined,
  tags: Map<string, Descriptor>,
): Promise<readonly Descriptor[]> {
  const present = listed && new Set(listed);
  const candidates = subjects.flatMap(evidenceTags).filter(tag => present?.has(tag) ?? true);
  const named = await Promise.all(
    candidates.map(async tag => [tag, await look(store, tag, present)] as const),
  );
  const found = named.flatMap(([tag, descriptor]) => (descriptor ? [[tag, descriptor] as const] : []));
  for (const [tag, descriptor] of found) tags.set(tag, descriptor);
  return found.map(([, descriptor]) => descriptor);
}

/** The manifest that a tag names. If HEAD fails for a listed tag, it is read, so that damage is reported. */
async function look(store: Store, tag: string, listed: ReadonlySet<string> | undefined) {
  return (await store.head(tag)) ?? (listed?.has(tag) ? (await store.manifest(tag))?.descriptor : undefined);
}

/** The tags that evidence of this manifest would have. */
function evidenceTags(digest: Digest): readonly string[] {
  return COSIGN_KINDS.flatMap(kind => cosignTag(digest, kind) ?? []);
}

/** Throws if the fallback tag names anything but an index: referrers could not be listed under it. */
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

function tooMuch(store: Store, image: Digest | undefined, depth: number): PromoteError {
  const bound =
    depth > DEEPEST ? `it nests deeper than ${DEEPEST}` : `it refers to more than ${MOST_SUBJECTS} manifests`;
  return new PromoteError('EVIDENCE', `find evidence of ${store.name}@${image}: ${bound}`, {
    hint: 'delete what is superfluous, or copy without evidence (--evidence none)',
  });
}
