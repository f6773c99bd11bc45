import type { Descriptor } from '../../oci/descriptor.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { readable } from '../readable.ts';
import type { Store } from '../store.ts';
import type { Evidence } from './evidence.ts';
import { missingLayers } from './merge.ts';

/** A piece of evidence that another place does not have. */
export interface MissingEvidence {
  readonly descriptor: Descriptor;
  /** The tag that names it; absent: a referrer. */
  readonly tag?: string;
}

/** A store as far as evidence is searched there. */
export type SearchedStore = Pick<Store, 'name' | 'referrers' | 'head' | 'manifest'>;

/**
 * The source's evidence that the target lacks. A tag counts as present if all its layers are there, even among others.
 */
export async function missingEvidence(
  source: Store,
  target: SearchedStore,
  { referrers, tags }: Evidence,
): Promise<readonly MissingEvidence[]> {
  const [unlisted, untagged] = await Promise.all([
    Promise.all(
      [...referrers].map(async ([subject, wanted]) => {
        const listed = new Set((await target.referrers(subject)).map(({ digest }) => digest));
        return wanted.filter(({ digest }) => !listed.has(digest)).map(descriptor => ({ descriptor }));
      }),
    ),
    Promise.all(
      [...tags].map(async ([tag, descriptor]) => {
        const there = await target.head(tag);
        if (there?.digest === descriptor.digest) return [];
        const isUnited = there !== undefined && (await hasLayers(source, target, tag));
        return isUnited ? [] : [{ descriptor, tag }];
      }),
    ),
  ]);
  return [...unlisted.flat(), ...untagged.flat()];
}

async function hasLayers(source: SearchedStore, target: SearchedStore, tag: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all(
    [source, target].map(async store => {
      const content = await readable(() => store.manifest(tag));
      return content && (await readable(async () => parseManifest(content)));
    }),
  );
  if (ours?.kind !== 'image' || theirs?.kind !== 'image') return false;
  return missingLayers(theirs, ours).length === 0;
}
