/**
 * What a tag says by its own scheme. `date`: `20240612`, perhaps behind a line's name (`bookworm-20240612`);
 * `dashed-date`: `2024-06-12`; `calendar`: a version that begins with a year; `number`: a single long number; `floating`: no order to follow.
 */
export type TagScheme =
  | { readonly kind: 'floating' }
  | {
      readonly kind: 'version' | 'calendar' | 'date' | 'dashed-date' | 'number';
      /** What stands before the numbers: `v`, `jdk-`, `bookworm-`. */
      readonly head: string;
      /** As many as the tag writes; a date's year, month and day are three. */
      readonly numbers: readonly number[];
      /** What counts builds of one version: `_9`, `-b08`, `-1123`, `-r14`. */
      readonly build: readonly number[];
      /** `rc1`, `preview.4`; absent for a release. */
      readonly preRelease?: string;
      /** What stands behind: `-alpine3.19`, `-slim-bookworm`. */
      readonly variant: string;
    };

/** A tag whose scheme has an order. */
export type OrderedTag = Exclude<TagScheme, { kind: 'floating' }>;

const HASH = /^(?=.*[a-f])[0-9a-f]{7,64}$/;
const HEAD = '((?:[A-Za-z]+[-._]|[A-Za-z][A-Za-z0-9]*[-_])*?v?)';
const DATE = new RegExp(
  `^${HEAD}(20\\d\\d)(-?)(0[1-9]|1[0-2])\\3(0[1-9]|[12]\\d|3[01])` +
    '(?:T(\\d\\d)-(\\d\\d)-(\\d\\d)Z)?((?:\\.\\d+)*)((?:[-_+].*|\\.[A-Za-z].*)?)$',
);
const JAVA_8 = new RegExp(`^${HEAD}(\\d+)u(\\d+)(?:-?b(\\d+))?((?:[-_.].*)?)$`);
const VERSION = new RegExp(`^${HEAD}(\\d+(?:\\.\\d+)*)(.*)$`);
const LONG_WORD =
  'alpha|beta|rc|cr|pre|preview|prerelease|milestone|ea|snapshot|nightly|canary|next|edge|unstable|insiders|experimental';
const PRE_RELEASE = new RegExp(
  `(?:^(?:(?:${LONG_WORD}|dev)\\d*|[abcm]\\d+)|[-._+](?:(?:${LONG_WORD})\\d*|(?:dev|m)\\d+))(?:[-.]\\d+)*(?=$|[-._+])`,
  'i',
);

/** Reads a tag by its own scheme. */
export function tagScheme(tag: string): TagScheme {
  return HASH.test(tag) ? { kind: 'floating' } : (readDate(tag) ?? readJava8(tag) ?? readVersion(tag));
}

function readDate(tag: string): TagScheme | undefined {
  const [, head = '', year, dash, month, day, ...more] = DATE.exec(tag) ?? [];
  if (year === undefined) return undefined;
  const [hour, minute, second, counters = '', variant = ''] = more;
  const numbers = [year, month, day, hour, minute, second].filter(part => part !== undefined).map(Number);
  const build = [...counters.matchAll(/\d+/g)].map(Number);
  return { kind: dash === '' ? 'date' : 'dashed-date', head, numbers, build, variant };
}

function readJava8(tag: string): TagScheme | undefined {
  const [, head = '', major, update, build, variant = ''] = JAVA_8.exec(tag) ?? [];
  if (major === undefined) return undefined;
  const numbers = [Number(major), Number(update)];
  return { kind: 'version', head, numbers, build: build === undefined ? [] : [Number(build)], variant };
}

function readVersion(tag: string): TagScheme {
  const [, head = '', digits, behind = ''] = VERSION.exec(tag) ?? [];
  const pre = PRE_RELEASE.exec(behind);
  if (digits === undefined || (pre === null && !/^(?:$|[-._+])/.test(behind))) return { kind: 'floating' };
  const rest = pre === null ? behind : behind.slice(0, pre.index) + behind.slice(pre.index + pre[0].length);
  const { build, variant } = readBuild(rest);
  const numbers = digits.split('.').map(Number);
  const preRelease = pre?.[0].replace(/^[-._+]/, '');
  return {
    kind: kindOf(digits),
    head,
    numbers,
    build,
    variant,
    ...(preRelease === undefined ? {} : { preRelease }),
  };
}

function kindOf(digits: string): OrderedTag['kind'] {
  if (/^\d{5,}$/.test(digits)) return 'number';
  return /^(?:19|20|21)\d\d(?:\.|$)/.test(digits) ? 'calendar' : 'version';
}

/** A build's number follows the version, or ends the tag as a packager's revision. */
function readBuild(rest: string): Pick<OrderedTag, 'build' | 'variant'> {
  const [first = '', numbers = ''] = /^[-_+](\d+(?:\.\d+)*)(?=$|[-_])/.exec(rest) ?? [];
  const behind = rest.slice(first.length);
  const [last = '', mark = '', revision] = /-(r|ls)(\d+)$/.exec(behind) ?? [];
  const variant = `${behind.slice(0, behind.length - last.length)}${mark === '' ? '' : `-${mark}`}`;
  const build = [...numbers.split('.').filter(part => part !== ''), ...(revision ? [revision] : [])];
  return { build: build.map(Number), variant };
}
