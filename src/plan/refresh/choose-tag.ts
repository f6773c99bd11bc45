import type { UpdateLevel } from '../../environments/environments.ts';
import { compareNumbers, compareOrdered } from '../../oci/compare-tags.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type OrderedTag, tagScheme } from '../../oci/tag-scheme.ts';
import type { Count } from '../../oci/tag-words.ts';
import { isLongSupported } from './long-support.ts';

/** A tag, what its repository offers, and how far it may go. */
export interface TagQuestion {
  readonly repository: RepositoryName;
  readonly current: string;
  readonly tags: readonly string[];
  /** Whether these are all tags: a list cut short proposes nothing. */
  readonly complete: boolean;
  readonly update: UpdateLevel;
}

/**
 * Why a tag was not taken. `scheme`: another way of counting; `precision`: more or fewer numbers; `range`: further than
 * the update may go; `support`: a release for a short time, where the current one is supported for long.
 */
type TagRefusal = 'scheme' | 'variant' | 'precision' | 'pre-release' | 'older' | 'range' | 'support';

/** The tags to move to, best first, or why the current one stays; and every other tag with the reason against it. */
export type TagAnswer = (
  | { readonly kind: 'newer'; readonly tags: readonly string[] }
  | { readonly kind: 'stays'; readonly reason: 'digest-only' | 'floating' | 'incomplete' | 'newest' }
) & { readonly refused: readonly { readonly tag: string; readonly reason: TagRefusal }[] };

/** Chooses by the current tag's own scheme: never a downgrade, a pre-release, another variant or another precision. */
export function chooseTag({ repository, current, tags, complete, update }: TagQuestion): TagAnswer {
  const own = tagScheme(current);
  if (update === 'digest') return stays('digest-only');
  if (own.kind === 'floating') return stays('floating');
  if (!complete) return stays('incomplete');
  const judged = [...new Set(tags)]
    .filter(tag => tag !== current)
    .map(tag => ({ tag, scheme: tagScheme(tag), reason: refusalOf(own, tag, { repository, update }) }));
  const refused = judged.flatMap(({ tag, reason }) => (reason === undefined ? [] : [{ tag, reason }]));
  const newer = judged
    .flatMap(({ tag, scheme, reason }) =>
      reason === undefined && scheme.kind !== 'floating' ? [{ tag, scheme }] : [],
    )
    .toSorted((a, b) => compare(b.scheme, a.scheme) || (a.tag < b.tag ? -1 : 1))
    .map(({ tag }) => tag);
  return newer.length === 0 ? { ...stays('newest'), refused } : { kind: 'newer', tags: newer, refused };
}

function stays(reason: Extract<TagAnswer, { kind: 'stays' }>['reason']): TagAnswer {
  return { kind: 'stays', reason, refused: [] };
}

function refusalOf(
  own: OrderedTag,
  tag: string,
  { repository, update }: Pick<TagQuestion, 'repository' | 'update'>,
): TagRefusal | undefined {
  const other = tagScheme(tag);
  if (other.kind !== own.kind) return 'scheme';
  const isEarly = other.counts.some(isPreRelease);
  if (other.head !== own.head || variantOf(other) !== variantOf(own))
    return isEarly ? 'pre-release' : 'variant';
  if (isEarly) return 'pre-release';
  // A day's first image has no counter, and its second one has.
  const countsBuilds = own.kind === 'date' || other.revision.length === own.revision.length;
  if (other.numbers.length !== own.numbers.length || !countsBuilds) return 'precision';
  if (compare(other, own) <= 0) return 'older';
  if (LEVELS.indexOf(levelOf(own, other)) > LEVELS.indexOf(update)) return 'range';
  return isLongSupported(repository, own) && !isLongSupported(repository, other) ? 'support' : undefined;
}

/** A bare `dev` names what an image holds, not what it becomes: `python:3.12-dev`. */
function isPreRelease({ kind, word, numbers }: Count): boolean {
  return kind === 'pre-release' && !(word === 'dev' && numbers.length === 0);
}

/** All that must be equal, for a tag never to become one of another variant, branch or commit. */
function variantOf({ variant, counts, commit }: OrderedTag): string {
  const words = counts.filter(count => !isPreRelease(count)).map(({ word }) => word);
  return JSON.stringify([variant, words, commit]);
}

const LEVELS: readonly UpdateLevel[] = ['digest', 'patch', 'minor', 'major'];

/** A newer day of a named line, or another build, is a patch of what the tag names. */
function levelOf(own: OrderedTag, other: OrderedTag): UpdateLevel {
  if (own.kind === 'date' && own.head !== '') return 'patch';
  const differs = own.numbers.findIndex((number, index) => number !== other.numbers[index]);
  return differs === 0 ? 'major' : differs === 1 ? 'minor' : 'patch';
}

/** In one repository a packager's bare numbers follow each other too. */
function compare(a: OrderedTag, b: OrderedTag): number {
  const order = compareOrdered(a, b);
  if (order.kind === 'unordered') return compareNumbers(a.revision, b.revision);
  return order.kind === 'same' ? 0 : order.kind === 'older' ? -1 : 1;
}
