import { PromoteError } from '../errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import { PREDICATE_TYPE_HINT } from './attach.ts';
import { type EvidenceSearch, findStatements } from './find.ts';
import { agrees, type Hints } from './read.ts';
import type { Statement } from './statement.ts';

/** A signed statement to attach to its image, and how to recognise equal statements. */
export interface Attachable {
  readonly content: ManifestContent;
  readonly predicateType: string;
  /** Annotations that equal statements also have. */
  readonly hints: Hints;
  /** Whether our verified statement is equal to this one. */
  readonly isEqual: (statement: Statement) => boolean;
}

/**
 * Attaches statements to an image so that one of each remains, even if several runs attach the same at once.
 * An equal listed statement is not attached again. Of several equal ones, the lowest manifest digest stays
 * and the others are deleted. If the registry cannot delete, readers still use the lowest. Statements that
 * the search lists count as read.
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

/** The listed equal statements. It opens only unread ones with the same annotations. */
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
