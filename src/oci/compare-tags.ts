import { lineOf, type OrderedTag, tagScheme } from './tag-scheme.ts';
import type { Count } from './tag-words.ts';

/** The order of two tags' builds, as the tags show it. */
export type TagOrder =
  | { readonly kind: 'older' | 'newer' | 'same' }
  | { readonly kind: 'unordered'; readonly reason: Disorder };

/**
 * Why two tags have no order. `scheme`: they count differently, or one does not count. `line`: the words
 * before the numbers differ. `word`: only one has such a build. `revision`: bare numbers after the version.
 */
export type Disorder = 'scheme' | 'line' | 'variant' | 'branch' | 'word' | 'revision' | 'commit';

/** Whether the first tag is older, by versions and by words that count builds. Other words have no order. */
export function compareTags(first: string, second: string): TagOrder {
  const [a, b] = [tagScheme(first), tagScheme(second)];
  if (a.kind === 'floating' || b.kind === 'floating' || familyOf(a) !== familyOf(b))
    return unordered('scheme');
  return lineOf(a) === lineOf(b) ? compareOrdered(a, b) : unordered('line');
}

/** Compares tags that have been read, and have the same scheme and line. */
export function compareOrdered(a: OrderedTag, b: OrderedTag): TagOrder {
  const core = compareNumbers(a.numbers, b.numbers);
  if (core !== 0) return ordered(core);
  if (a.variant !== b.variant) return unordered('variant');
  const counted = compareCounts(a.counts, b.counts);
  if (counted.kind !== 'same') return counted;
  if (compareNumbers(a.revision, b.revision) !== 0) return unordered('revision');
  return a.commit === b.commit ? { kind: 'same' } : unordered('commit');
}

/** Negative if the first numbers are lower. A missing number is 0. */
export function compareNumbers(a: readonly bigint[], b: readonly bigint[]): number {
  const longer = a.length > b.length ? a : b;
  const differences = longer.map((_, index) => (a[index] ?? 0n) - (b[index] ?? 0n));
  return Number(differences.find(difference => difference !== 0n) ?? 0n);
}

/** The words of pre-releases in their generally agreed order. */
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

/** A calendar version is compared like a version; its year is the first number. */
function familyOf({ kind }: OrderedTag): string {
  return kind === 'calendar' ? 'version' : kind;
}

function ordered(difference: number): TagOrder {
  return { kind: difference < 0 ? 'older' : difference > 0 ? 'newer' : 'same' };
}

function unordered(reason: Disorder): TagOrder {
  return { kind: 'unordered', reason };
}
