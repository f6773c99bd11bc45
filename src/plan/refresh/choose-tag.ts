import type { UpdateLevel } from '../../environments/update-level.ts';
import { compareNumbers, compareOrdered } from '../../oci/compare-tags.ts';
import type { RepositoryName } from '../../oci/reference.ts';
import { type OrderedTag, tagScheme } from '../../oci/tag-scheme.ts';
import type { Count } from '../../oci/tag-words.ts';
import { isLongSupported } from './long-support.ts';

/** A tag, the repository's other tags, and how far it may move. */
export interface TagQuestion {
  readonly repository: RepositoryName;
  readonly current: string;
  readonly tags: readonly string[];
  /** Whether these are all tags: from an incomplete list nothing is proposed. */
  readonly complete: boolean;
  readonly update: UpdateLevel;
}

/**
 * Why a tag was not chosen. `scheme`: it counts in another way. `precision`: it has more or fewer numbers. `range`:
 * it is further than the update may go. `support`: it is supported for a short time, and the current one for a long
 * time.
 */
type TagRefusal = 'scheme' | 'variant' | 'precision' | 'pre-release' | 'older' | 'range' | 'support';

/** The tags to move to, best first, or why the current one stays; and every other tag with the reason against it. */
export type TagAnswer = (
  | { readonly kind: 'newer'; readonly tags: readonly string[] }
  | { readonly kind: 'stays'; readonly reason: 'digest-only' | 'floating' | 'incomplete' | 'newest' }
) & { readonly refused: readonly { readonly tag: string; readonly reason: TagRefusal }[] };

/** Chooses within the current tag's scheme: never a downgrade, a pre-release, another variant or another precision. */
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

/** A bare `dev` names the content of an image, not a pre-release: `python:3.12-dev`. */
function isPreRelease({ kind, word, numbers }: Count): boolean {
  return kind === 'pre-release' && !(word === 'dev' && numbers.length === 0);
}

/** The parts that must be equal, so that a tag never becomes another variant, branch or commit. */
function variantOf({ variant, counts, commit }: OrderedTag): string {
  const words = counts.filter(count => !isPreRelease(count)).map(({ word }) => word);
  return JSON.stringify([variant, words, commit]);
}

const LEVELS: readonly UpdateLevel[] = ['digest', 'patch', 'minor', 'major'];

/** A newer date of the same version, or another build, counts as a patch. */
function levelOf(own: OrderedTag, other: OrderedTag): UpdateLevel {
  if (own.kind === 'date' && own.head !== '') return 'patch';
  const differs = own.numbers.findIndex((number, index) => number !== other.numbers[index]);
  return differs === 0 ? 'major' : differs === 1 ? 'minor' : 'patch';
}

/** Compares two tags; within one repository a packager's bare numbers have an order too. */
function compare(a: OrderedTag, b: OrderedTag): number {
  const order = compareOrdered(a, b);
  if (order.kind === 'unordered') return compareNumbers(a.revision, b.revision);
  return order.kind === 'same' ? 0 : order.kind === 'older' ? -1 : 1;
}
