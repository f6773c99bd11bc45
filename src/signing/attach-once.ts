import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { type EvidenceSearch, findStatements } from './find.ts';
import { agrees, type Hints } from './read.ts';
import type { Statement } from './statement.ts';

/** A signed statement that is to be attached to its image, and how statements that say the same are recognised. */
export interface Attachable {
  readonly content: ManifestContent;
  readonly predicateType: string;
  /** Annotations that equal statements have too. */
  readonly hints: Hints;
  /** Whether a verified statement of ours says the same. */
  readonly isEqual: (statement: Statement) => boolean;
}

/**
 * Attaches statements to an image so that one of each remains, even if several runs attach the same at once. Nothing is
 * attached if an equal statement is listed already. If several are listed, the one with the lowest manifest digest is
 * kept and the others are deleted. A registry that cannot delete keeps them all, and readers use that one. Whatever the
 * search has listed counts as read.
 */
export async function attachOnce(search: EvidenceSearch, attachables: readonly Attachable[]): Promise<void> {
  if (attachables.length === 0) return;
  const { store, digest } = search;
  await store.attach(
    attachables.map(attachable => ({
      content: attachable.content,
      isSuperfluous: async listed => (await equals(search, attachable, listed)).length > 0,
    })),
  );
  const listed = await store.referrers(digest);
  for (const attachable of attachables) await keepOne(search, attachable, listed);
}

async function keepOne(
  search: EvidenceSearch,
  attachable: Attachable,
  listed: readonly Descriptor[],
): Promise<void> {
  const { store, digest } = search;
  const own = attachable.content.descriptor.digest;
  const others = await equals(search, attachable, listed);
  const present = listed.some(entry => entry.digest === own) ? [own, ...others] : others;
  const [, ...superfluous] = present.toSorted();
  for (const each of superfluous) await store.detach(digest, each);
  // The referrers list may be stale; the manifest itself is not.
  if (present.length > 0 || (await store.head(own)) !== undefined) return;
  throw new PromoteError('EVIDENCE', `attach ${own} to ${store.name}@${digest}: not there when read back`, {
    hint: 'run again; if it stays so, the registry removes what it has just accepted',
  });
}

/** The listed statements that say the same. Opens only those with the same annotations that were not read before. */
async function equals(
  search: EvidenceSearch,
  { content, predicateType, hints, isEqual }: Attachable,
  listed: readonly Descriptor[],
): Promise<readonly Digest[]> {
  const read = new Set([content.descriptor.digest, ...search.referrers.map(({ digest }) => digest)]);
  const wanted = { ...hints, [PREDICATE_TYPE_HINT]: predicateType };
  const referrers = listed.filter(entry => !read.has(entry.digest) && agrees(entry, wanted));
  const found: Digest[] = [];
  for await (const { statement, manifest } of findStatements(
    { ...search, referrers },
    predicateType,
    hints,
  )) {
    if (isEqual(statement)) found.push(manifest);
  }
  return found;
}
