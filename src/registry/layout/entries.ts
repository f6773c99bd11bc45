import { PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys */
const REF_NAME = 'org.opencontainers.image.ref.name';

type Entries = readonly Descriptor[];

/** The entry of a tag; throws `AMBIGUOUS` if entries with different digests have the tag. */
export function entryOfTag(entries: Entries, tag: string): Descriptor | undefined {
  const named = entries.filter(entry => tagOf(entry) === tag);
  const digests = new Set(named.map(({ digest }) => digest));
  if (digests.size < 2) return named[0];
  throw new PromoteError('AMBIGUOUS', `tag ${tag}: index.json names ${[...digests].join(' and ')} by it`, {
    hint: 'name the image by its digest',
  });
}

/** All tags of the entries. */
export function tagsOf(entries: Entries): readonly string[] {
  const names = entries.map(tagOf).filter(name => name !== undefined);
  return [...new Set(names)].filter(isTag);
}

/**
 * Moves the tag to this manifest. A manifest that had only this tag stays listed without it, so that garbage
 * collection keeps images that are pinned by digest.
 */
export function withTag(entries: Entries, descriptor: Descriptor, tag: string): Entries {
  const current = entries.filter(entry => tagOf(entry) === tag);
  if (current.length === 1 && current[0]?.digest === descriptor.digest) return entries;
  const others = entries.filter(
    entry => tagOf(entry) !== tag && !(entry.digest === descriptor.digest && tagOf(entry) === undefined),
  );
  const tagged = { ...descriptor, annotations: { [REF_NAME]: tag } };
  return current.filter(({ digest }) => digest !== descriptor.digest).reduce(withRoot, [...others, tagged]);
}

/** Adds this manifest to the entries unless it is listed, tagged or not. */
export function withRoot(entries: Entries, { mediaType, digest, size }: Descriptor): Entries {
  const listed = entries.some(entry => entry.digest === digest);
  return listed ? entries : [...entries, { mediaType, digest, size }];
}

/** Removes the untagged entries that an index now reaches. */
export function withoutChildren(entries: Entries, children: ReadonlySet<Digest>): Entries {
  const kept = entries.filter(entry => tagOf(entry) !== undefined || !children.has(entry.digest));
  return kept.length === entries.length ? entries : kept;
}

/** Removes the untagged entries of this manifest. */
export function withoutRoot(entries: Entries, digest: Digest): Entries {
  const kept = entries.filter(entry => tagOf(entry) !== undefined || entry.digest !== digest);
  return kept.length === entries.length ? entries : kept;
}

function tagOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[REF_NAME];
}
