import { lineOf, type OrderedTag, tagScheme } from './tag-scheme.ts';
import type { Count } from './tag-words.ts';

/** How one tag's build is to another's, as far as the tags show. */
export type TagOrder =
  | { readonly kind: 'older' | 'newer' | 'same' }
  | { readonly kind: 'unordered'; readonly reason: Disorder };

/**
 * Why two tags have no order. `scheme`: one counts differently, or not at all. `line`: other words are before their
 * numbers. `word`: one is a build that the other does not show of. `revision`: bare numbers behind the version.
 */
export type Disorder = 'scheme' | 'line' | 'variant' | 'branch' | 'word' | 'revision' | 'commit';

/** Whether the first tag is the older, by versions and by words that count builds; other words have no order. */
export function compareTags(first: string, second: string): TagOrder {
  const [a, b] = [tagScheme(first), tagScheme(second)];
  if (a.kind === 'floating' || b.kind === 'floating' || familyOf(a) !== familyOf(b))
    return unordered('scheme');
  return lineOf(a) === lineOf(b) ? compareOrdered(a, b) : unordered('line');
}

/** The same of tags that have been read, and are of one scheme and line. */
export function compareOrdered(a: OrderedTag, b: OrderedTag): TagOrder {
  const core = compareNumbers(a.numbers, b.numbers);
  if (core !== 0) return ordered(core);
  if (a.variant !== b.variant) return unordered('variant');
  const counted = compareCounts(a.counts, b.counts);
  if (counted.kind !== 'same') return counted;
  if (compareNumbers(a.revision, b.revision) !== 0) return unordered('revision');
  return a.commit === b.commit ? { kind: 'same' } : unordered('commit');
}

/** Negative where the first numbers are lower; a number that is missing is 0. */
export function compareNumbers(a: readonly bigint[], b: readonly bigint[]): number {
  const longer = a.length > b.length ? a : b;
  const differences = longer.map((_, index) => (a[index] ?? 0n) - (b[index] ?? 0n));
  return Number(differences.find(difference => difference !== 0n) ?? 0n);
}

/** Pre-releases follow each other where everybody agrees on it. */
const PHASES: readonly string[] = ['alpha', 'beta', 'rc'];

function compareCounts(a: readonly Count[], b: readonly Count[]): TagOrder {
  const longer = a.length > b.length ? a : b;
  for (const [index] of longer.entries()) {
    const order = compareCount(a[index], b[index]);
    if (order.kind !== 'same') return order;
  }
  return { kind: 'same' };
}

function compareCount(a: Count | undefined, b: Count | undefined): TagOrder {
  if (a === undefined || b === undefined) {
    if ((a ?? b)?.kind === 'pre-release') return { kind: a === undefined ? 'newer' : 'older' };
    return unordered((a ?? b)?.kind === 'branch' ? 'branch' : 'word');
  }
  if (a.kind === b.kind && a.word === b.word) return ordered(compareNumbers(a.numbers, b.numbers));
  const phases = [a, b].map(({ kind, word }) => (kind === 'pre-release' ? PHASES.indexOf(word) : -1));
  if (phases.includes(-1)) return unordered([a, b].some(({ kind }) => kind === 'branch') ? 'branch' : 'word');
  return ordered((phases[0] ?? 0) - (phases[1] ?? 0));
}

/** A calendar's year is a version's number. */
function familyOf({ kind }: OrderedTag): string {
  return kind === 'calendar' ? 'version' : kind;
}

function ordered(difference: number): TagOrder {
  return { kind: difference < 0 ? 'older' : difference > 0 ? 'newer' : 'same' };
}

function unordered(reason: Disorder): TagOrder {
  return { kind: 'unordered', reason };
}
