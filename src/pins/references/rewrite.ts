import type { Splice } from '../splice.ts';
import type { ChangeableSite, ReferenceTarget } from './site.ts';
import { isContiguous, sliceTraced, spliceTraced } from './traced.ts';

/** The splices that write a target, or why its reference cannot be changed where it stands. */
export type Rewrite =
  | { readonly kind: 'splices'; readonly splices: readonly Splice[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a reference reads once it names the target: `name[:tag][@digest]`, its repository as it was. */
export function rewritten(written: string, { tag, digest }: ReferenceTarget): string {
  const { name, tag: oldTag, digest: oldDigest } = partsOf(written);
  const newTag = tag ?? oldTag;
  const newDigest = digest ?? oldDigest;
  return `${name}${newTag === undefined ? '' : `:${newTag}`}${newDigest === undefined ? '' : `@${newDigest}`}`;
}

/**
 * Changes a reference's tag and digest, each where it is written, and appends those it lacks. A reference that build
 * arguments compose takes no new digest: the argument would then change the tag and not the image.
 */
export function rewriteReference(
  { traced, shared, tagOnly }: TextSite,
  { tag, digest }: ReferenceTarget,
): Rewrite {
  const { name, tag: oldTag, digest: oldDigest } = partsOf(traced.text);
  const tagStart = name.length + 1;
  const digestStart = traced.text.indexOf('@') + 1;
  const replaced = [
    ...(oldTag !== undefined && tag !== undefined ? [replace(tagStart, oldTag, tag)] : []),
    ...(oldDigest !== undefined && digest !== undefined ? [replace(digestStart, oldDigest, digest)] : []),
  ];
  const missing = [
    ...(oldTag === undefined && tag !== undefined ? [`:${tag}`] : []),
    ...(oldDigest === undefined && digest !== undefined ? [`@${digest}`] : []),
  ].join('');
  if (replaced.includes(undefined)) return refused('what would change is composed of several values');
  if (tagOnly && oldDigest === undefined && digest !== undefined) {
    return refused('a feature is named by its tag or by a digest, not by both');
  }
  if (missing !== '' && !isContiguous(traced)) {
    return refused('it is composed of arguments, which a digest would make void');
  }
  if (missing !== '' && oldDigest !== undefined) return refused('it is pinned by digest alone');
  const end = (traced.at.at(-1) ?? 0) + 1;
  const appended = missing === '' ? [] : [{ start: end, end, text: missing }];
  const splices = [...replaced.flatMap(made => made ?? []), ...appended];
  if (splices.some(splice => touches(splice, shared))) {
    return refused('another reference is composed of the same argument');
  }
  return { kind: 'splices', splices };

  function replace(start: number, old: string, wanted: string): readonly Splice[] | undefined {
    return spliceTraced(sliceTraced(traced, start, start + old.length), wanted);
  }
}

type TextSite = Pick<Extract<ChangeableSite, { kind: 'text' }>, 'traced' | 'shared' | 'tagOnly'>;

function touches({ start, end }: Splice, shared: ReadonlySet<number>): boolean {
  const first = start === end ? start - 1 : start;
  for (let offset = first; offset < end; offset += 1) if (shared.has(offset)) return true;
  return false;
}

function partsOf(written: string): {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const [named = '', digest] = written.split('@', 2);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  return {
    name: hasTag ? named.slice(0, colon) : named,
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest,
  };
}

function refused(reason: string): Rewrite {
  return { kind: 'refused', reason };
}
