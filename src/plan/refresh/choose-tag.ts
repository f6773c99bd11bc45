import type { UpdateLevel } from '../../environments/refresh.ts';
import { type OrderedTag, tagScheme } from './tag-scheme.ts';

/** A tag, what its repository offers, and how far it may go. */
export interface TagQuestion {
  readonly current: string;
  readonly tags: readonly string[];
  /** Whether these are all tags: a list cut short proposes nothing. */
  readonly complete: boolean;
  readonly update: UpdateLevel;
}

/**
 * Why a tag was not taken. `scheme`: another way of counting; `precision`: more or fewer numbers; `range`: further than
 * the update may go.
 */
type TagRefusal = 'scheme' | 'variant' | 'precision' | 'pre-release' | 'older' | 'range';

/** The tags to move to, best first, or why the current one stays; and every other tag with the reason against it. */
export type TagAnswer = (
  | { readonly kind: 'newer'; readonly tags: readonly string[] }
  | { readonly kind: 'stays'; readonly reason: 'digest-only' | 'floating' | 'incomplete' | 'newest' }
) & { readonly refused: readonly { readonly tag: string; readonly reason: TagRefusal }[] };

/** Chooses by the current tag's own scheme: never a downgrade, a pre-release, another variant or another precision. */
export function chooseTag({ current, tags, complete, update }: TagQuestion): TagAnswer {
  const own = tagScheme(current);
  if (update === 'digest') return stays('digest-only');
  if (own.kind === 'floating') return stays('floating');
  if (!complete) return stays('incomplete');
  const judged = [...new Set(tags)]
    .filter(tag => tag !== current)
    .map(tag => ({ tag, scheme: tagScheme(tag), reason: refusalOf(own, tag, update) }));
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

function refusalOf(own: OrderedTag, tag: string, update: UpdateLevel): TagRefusal | undefined {
  const other = tagScheme(tag);
  if (other.kind !== own.kind) return 'scheme';
  if (other.head !== own.head || other.variant !== own.variant) {
    return other.preRelease === undefined ? 'variant' : 'pre-release';
  }
  if (other.preRelease !== undefined) return 'pre-release';
  // A day's first image has no counter, and its second one has.
  const countsBuilds = own.kind === 'date' || other.build.length === own.build.length;
  if (other.numbers.length !== own.numbers.length || !countsBuilds) return 'precision';
  if (compare(other, own) <= 0) return 'older';
  return LEVELS.indexOf(levelOf(own, other)) > LEVELS.indexOf(update) ? 'range' : undefined;
}

const LEVELS: readonly UpdateLevel[] = ['digest', 'patch', 'minor', 'major'];

/** A newer day of a named line, or another build, is a patch of what the tag names. */
function levelOf(own: OrderedTag, other: OrderedTag): UpdateLevel {
  if (own.kind === 'date' && own.head !== '') return 'patch';
  const differs = own.numbers.findIndex((number, index) => number !== other.numbers[index]);
  return differs === 0 ? 'major' : differs === 1 ? 'minor' : 'patch';
}

function compare(a: OrderedTag, b: OrderedTag): number {
  const released = Number(a.preRelease === undefined) - Number(b.preRelease === undefined);
  return compareNumbers(a.numbers, b.numbers) || released || compareNumbers(a.build, b.build);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const longer = a.length > b.length ? a : b;
  return (
    longer.map((_, index) => (a[index] ?? 0) - (b[index] ?? 0)).find(difference => difference !== 0) ?? 0
  );
}
