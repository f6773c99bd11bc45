import type { PinTarget } from '../pin.ts';
import type { Splice } from '../text/splice.ts';
import { isContiguous, sliceTraced, spliceTraced } from '../text/traced.ts';
import { writtenTag } from '../value.ts';
import type { PinSite, TextReference } from './site.ts';

/** The splices that write a target, or why its reference cannot be changed where it is. */
export type Rewrite =
  | { readonly kind: 'splices'; readonly splices: readonly Splice[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** A reference's parts as they are spelled. */
interface Spelled {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * Changes a reference's parts, each in its place, and appends missing ones. A reference composed of build
 * arguments takes no new digest: later changes of the argument would then change the tag but not the image.
 */
export function rewriteText(
  { pin, parts }: { readonly pin: PinSite['pin']; readonly parts: TextReference },
  target: PinTarget,
): Rewrite {
  const { traced, shared, tagOnly, digestInTag } = parts;
  const old = spell(traced.text);
  const tag = writtenTag(pin, target);
  const isInTag = digestInTag && old.digest === undefined && old.tag !== undefined && !isContiguous(traced);
  const wanted: Spelled = {
    name: pin.repository === target.repository ? old.name : target.repository,
    tag: isInTag && tag !== undefined ? `${tag}${prefixed('@', target.digest)}` : tag,
    digest: isInTag ? undefined : target.digest,
  };
  if (tagOnly && old.digest === undefined && wanted.digest !== undefined) {
    return refused('a feature is named by its tag or by a digest, not by both');
  }
  const missing = [
    ...(old.tag === undefined && wanted.tag !== undefined ? [`:${wanted.tag}`] : []),
    ...(old.digest === undefined && wanted.digest !== undefined ? [`@${wanted.digest}`] : []),
  ].join('');
  const digestStart = traced.text.indexOf('@');
  const replaced = [
    replace(0, old.name, wanted.name),
    replace(old.name.length, prefixed(':', old.tag), prefixed(':', wanted.tag)),
    replace(digestStart, prefixed('@', old.digest), prefixed('@', wanted.digest)),
  ];
  if (replaced.includes(undefined)) return refused('what would change is composed of several values');
  if (missing !== '' && !isContiguous(traced)) {
    return refused('it is composed of arguments, which a digest would make void');
  }
  const end = (traced.at.at(-1) ?? 0) + 1;
  const appended = missing === '' ? [] : [{ start: end, end, text: missing }];
  const splices = [...replaced.flatMap(made => made ?? []), ...appended];
  if (splices.some(splice => touches(splice, shared))) {
    return refused('another reference is composed of the same argument');
  }
  return { kind: 'splices', splices };

  /** A separator is not part of the change, unless it is removed. */
  function replace(start: number, before: string, after: string): readonly Splice[] | undefined {
    if (before === '' || before === after) return [];
    const kept = after !== '' && /^[:@]/.test(before) ? 1 : 0;
    return spliceTraced(sliceTraced(traced, start + kept, start + before.length), after.slice(kept));
  }
}

/** A reference's text with another repository, tag or digest. An absent part stays as it is written. */
export function rewritten(written: string, { repository, tag, digest }: Partial<PinTarget>): string {
  const old = spell(written);
  return `${repository ?? old.name}${prefixed(':', tag ?? old.tag)}${prefixed('@', digest ?? old.digest)}`;
}

function spell(written: string): Spelled {
  const [named = '', digest] = written.split('@', 2);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  return {
    name: hasTag ? named.slice(0, colon) : named,
    tag: hasTag ? named.slice(colon + 1) : undefined,
    digest,
  };
}

function prefixed(separator: string, part: string | undefined): string {
  return part === undefined ? '' : `${separator}${part}`;
}

function touches({ start, end }: Splice, shared: ReadonlySet<number>): boolean {
  const first = start === end ? start - 1 : start;
  for (let offset = first; offset < end; offset += 1) if (shared.has(offset)) return true;
  return false;
}

function refused(reason: string): Rewrite {
  return { kind: 'refused', reason };
}
