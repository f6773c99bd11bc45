import { readSuffix, type TagSuffix } from './tag-suffix.ts';

/**
 * A tag in its own scheme. `date`: `20240612`, perhaps after a line's name (`bookworm-20240612`).
 * `dashed-date`: `2024-06-12`. `calendar`: a version that begins with a year. `number`: one long number.
 * `floating`: a tag without an order.
 */
export type TagScheme = { readonly kind: 'floating' } | OrderedTag;

/** A tag whose scheme has an order. */
export interface OrderedTag extends TagSuffix {
  readonly kind: 'version' | 'calendar' | 'date' | 'dashed-date' | 'number';
  /** The text before the numbers: `v`, `jdk-`, `bookworm-`. */
  readonly head: string;
  /** The core version, with as many numbers as the tag has; a date has three: year, month and day. */
  readonly numbers: readonly bigint[];
}

const COMMIT = /^(?:(?:sha|git|commit|g)[-_.]?[0-9a-f]{7,64}|(?=.*[a-f])[0-9a-f]{7,64})$/;
const HEAD = '((?:[A-Za-z]+\\.|[A-Za-z][A-Za-z0-9]*[-_])*?v?)';
const DATE = new RegExp(
  `^${HEAD}(20\\d\\d)(-?)(0[1-9]|1[0-2])\\3(0[1-9]|[12]\\d|3[01])` +
    '(?:T(\\d\\d)-(\\d\\d)-(\\d\\d)Z)?((?:\\.\\d+)*)((?:[-_+].*|\\.[A-Za-z].*)?)$',
);
const JAVA_8 = new RegExp(`^${HEAD}(\\d+)u(\\d+)(?:-?b(\\d+))?((?:[-_.].*)?)$`);
const VERSION = new RegExp(`^${HEAD}(\\d+(?:\\.\\d+)*)(.*)$`);

/** Reads a tag by its own scheme. */
export function tagScheme(tag: string): TagScheme {
  return COMMIT.test(tag) ? { kind: 'floating' } : (readDate(tag) ?? readJava8(tag) ?? readVersion(tag));
}

/** Whether the tag's own words mean a pre-release: `rc1`, `preview.4`. */
export function isPreRelease(scheme: TagScheme): boolean {
  return scheme.kind !== 'floating' && scheme.counts.some(({ kind }) => kind === 'pre-release');
}

/** The line that a tag belongs to: its head, without a word that only announces a version. */
export function lineOf({ head }: OrderedTag): string {
  return withoutAnnouncement(head).replace(/(?<=^|[-._])v$/, '');
}

/** A tag without a word that only announces a version: `release-1.2.3` becomes `1.2.3`. */
export function withoutAnnouncement(tag: string): string {
  return tag.replace(/^(?:releases?|rel|version|ver)[-._]/i, '');
}

function readDate(tag: string): TagScheme | undefined {
  const [, head = '', year, dash, month, day, ...more] = DATE.exec(tag) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const [hour, minute, second, counters = '', rest = ''] = more;
  const numbers = [year, month, day, hour, minute, second].filter(part => part !== undefined).map(BigInt);
  const revision = [...counters.matchAll(/\d+/g)].map(([digits]) => BigInt(digits));
  const kind = dash === '' ? 'date' : 'dashed-date';
  return { kind, head, numbers, counts: [], revision, variant: rest, commit: undefined };
}

function readJava8(tag: string): TagScheme | undefined {
  const [, head = '', major, update, build, variant = ''] = JAVA_8.exec(tag) ?? [];
  if (major === undefined || update === undefined) return undefined;
  const numbers = [BigInt(major), BigInt(update)];
  const revision = build === undefined ? [] : [BigInt(build)];
  return { kind: 'version', head, numbers, counts: [], revision, variant, commit: undefined };
}

function readVersion(tag: string): TagScheme {
  const [, head = '', digits, rest = ''] = VERSION.exec(tag) ?? [];
  const suffix = readSuffix(rest);
  if (digits === undefined || suffix === undefined) return { kind: 'floating' };
  return { kind: kindOf(digits), head, numbers: digits.split('.').map(BigInt), ...suffix };
}

function kindOf(digits: string): OrderedTag['kind'] {
  if (/^\d{5,}$/.test(digits)) return 'number';
  return /^(?:19|20|21)\d\d(?:\.|$)/.test(digits) ? 'calendar' : 'version';
}
