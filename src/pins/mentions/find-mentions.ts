import { PromoteError } from '../../errors.ts';
import { isData, readData } from '../data/data.ts';
import type { Known } from '../known.ts';
import type { FileReading } from '../read.ts';
import { ignoreReason } from '../site/ignored.ts';
import { offsetsOf, type PinSite, type Site } from '../site/site.ts';
import { namedWay } from '../yaml/spot.ts';
import { readTemplate } from '../yaml/template.ts';
import { apartIn, carriesBeside } from './apart.ts';
import { bareIn } from './bare-names.ts';
import { commentStart, isProse } from './comments.ts';
import { cureOf } from './cure.ts';
import { allRoots, holderFinder } from './holders.ts';
import type { FoundMention, Mention } from './mention.ts';
import { namedIn } from './named.ts';
import { carriesInText } from './text-lines.ts';

/**
 * Every place of a file that names a known image outside the pins that a promotion edits, in the order of the
 * text. Comments and Markdown do not count. `reading.sites` are exactly those pins.
 */
export function findMentions(
  { file, text, yaml, sites, places = [] }: FileReading,
  known: Known,
  { registries = [], settled = new Set() }: Surroundings = {},
): readonly Mention[] {
  if (isProse(file) || text.includes('\0')) return [];
  const { images, mayNameOne } = known;
  const pinned = pinnedOffsets(sites, images);
  const own = yaml ?? dataOf(file, text);
  const tree = own ?? readTemplate(file, text);
  const roots = tree === undefined ? [] : allRoots(tree, mayNameOne);
  const holderAt = holderFinder(roots);
  const rows = text.split('\n');
  const positionOf = positions(rows);
  const bare = tree === undefined ? bareIn(text, images) : apartIn(roots, images, registries);
  const others = [...namedIn(text, images), ...bare].filter(
    ({ start }) => !pinned.has(start) && !settled.has(start),
  );
  return distinct([...others, ...(places.length === 0 ? [] : unclaimed(sites, images))]).flatMap(mention => {
    const { line, column } = positionOf(mention.start);
    if (column > commentStart(file, rows[line - 1] ?? '')) return [];
    const { repository, text: written } = mention;
    const image = mention.image ?? (repository && images.get(repository)) ?? '';
    const holder = holderAt(mention.start);
    const [place, another] = places.filter(({ covers }) => covers(mention.start));
    const at = another === undefined ? place?.at : undefined;
    const reason = ignoreReason(rows, line);
    const carries = mention.carries || (tree ? carriesBeside(holder) : carriesInText(text, mention.start));
    const kind = kindOf(carries, reason);
    const isShared = places.length > 0 && at === undefined;
    const cure = isShared
      ? SHARED
      : cureOf(file, { image, text: written, isHalf: carries && !OWN_TAG.test(written) }, own && holder);
    const within = holder && namedWay(holder);
    return [{ file, line, column, image, repository, at, within, text: written, kind, reason, cure }];
  });
}

/** Reads TOML, HCL or variables; `undefined` for any other file, and for a file that breaks its format. */
function dataOf(file: string, text: string): FileReading['yaml'] {
  if (!isData(file)) return undefined;
  try {
    return readData(file, text);
  } catch (error) {
    if (error instanceof PromoteError && (error.code === 'INVALID' || error.code === 'TOO_LARGE'))
      return undefined;
    throw error;
  }
}

/** What other files show about a file's mentions. */
export interface Surroundings {
  /** Registries that other files give to all images. */
  readonly registries?: readonly string[] | undefined;
  /** Offsets of mentions whose tag a pin of another file gives. */
  readonly settled?: ReadonlySet<number> | undefined;
}

/** A reference that ends in its own tag or digest. */
const OWN_TAG = /[:@][^/]*$/;

const SHARED =
  'it lies in no environment’s place alone: write it in each, give it one with `at`, or write `# promote: ignore <reason>` behind it or above';

/** The offset of every character of the pins of known images. */
function pinnedOffsets(sites: readonly Site[], images: Known['images']): ReadonlySet<number> {
  return new Set(pinsOf(sites, images).flatMap(offsetsOf));
}

/** The pins of a shared file that are not in exactly one environment's place: no promotion changes them. */
function unclaimed(sites: readonly Site[], images: Known['images']): readonly FoundMention[] {
  return pinsOf(sites, images)
    .filter(({ place }) => place === undefined)
    .map(site => {
      const { image, repository, tag, digest } = site.pin;
      const start = Math.min(...offsetsOf(site));
      return { start, image, repository, text: site.written, carries: (tag ?? digest) !== undefined };
    });
}

function pinsOf(sites: readonly Site[], images: Known['images']): readonly PinSite[] {
  return sites
    .filter(site => site.kind === 'pin')
    .filter(({ pin: { image, repository } }) => image ?? (repository && images.has(repository)));
}

/** One mention for each place, in the order of the text. */
function distinct(found: readonly FoundMention[]): readonly FoundMention[] {
  const sorted = found.toSorted((a, b) => a.start - b.start);
  return sorted.filter(({ start }, index) => start !== sorted[index - 1]?.start);
}

function positions(
  rows: readonly string[],
): (offset: number) => { readonly line: number; readonly column: number } {
  const starts: number[] = [];
  let start = 0;
  for (const row of rows) {
    starts.push(start);
    start += row.length + 1;
  }
  return offset => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function kindOf(carries: boolean, reason: string | undefined): Mention['kind'] {
  if (reason !== undefined) return reason === '' ? 'unreasoned' : 'settled';
  return carries ? 'told' : 'note';
}
