import type { Known } from '../known.ts';
import type { FileReading } from '../read.ts';
import { ignoreReason } from '../site/ignored.ts';
import { offsetsOf, type PinSite, type Site } from '../site/site.ts';
import { apartIn, carriesBeside } from './apart.ts';
import { bareIn } from './bare-names.ts';
import { commentStart, isProse } from './comments.ts';
import { cureOf } from './cure.ts';
import { allRoots, holderFinder } from './holders.ts';
import type { FoundMention, Mention } from './mention.ts';
import { namedIn } from './named.ts';

/**
 * Every place of a file that names a known image outside the pins that a promotion edits, in the order of the text.
 * Comments and Markdown do not count. Of `reading`, `sites` contain the pins that a promotion edits and no others.
 */
export function findMentions(
  { file, text, yaml, sites }: FileReading,
  known: Known,
  { registries = [], settled = new Set() }: Surroundings = {},
): readonly Mention[] {
  if (isProse(file) || text.includes('\0')) return [];
  const { images, mayNameOne } = known;
  const pinned = pinnedOffsets(sites, images);
  const roots = yaml === undefined ? [] : allRoots(yaml, mayNameOne);
  const holderAt = holderFinder(roots);
  const rows = text.split('\n');
  const positionOf = positions(rows);
  const bare = yaml === undefined ? bareIn(text, images) : apartIn(roots, images, registries);
  const found = [...namedIn(text, images), ...bare].filter(
    ({ start }) => !pinned.has(start) && !settled.has(start),
  );
  return distinct(found).flatMap(mention => {
    const { line, column } = positionOf(mention.start);
    if (column > commentStart(file, rows[line - 1] ?? '')) return [];
    const { repository, text: written } = mention;
    const image = images.get(repository) ?? '';
    const holder = holderAt(mention.start);
    const reason = ignoreReason(rows, line);
    const kind = kindOf(mention.carries || carriesBeside(holder), reason);
    const cure = cureOf(file, image, written, holder);
    return [{ file, line, column, image, repository, text: written, kind, reason, cure }];
  });
}

/** What other files say of a file's mentions. */
export interface Surroundings {
  /** Registries that other files give to all images. */
  readonly registries?: readonly string[] | undefined;
  /** Where mentions begin whose tag a pin of another file gives. */
  readonly settled?: ReadonlySet<number> | undefined;
}

/** Every character of the pins of known images. */
function pinnedOffsets(sites: readonly Site[], images: Known['images']): ReadonlySet<number> {
  const isOurs = (site: Site): site is PinSite =>
    site.kind === 'pin' &&
    (site.pin.image !== undefined || (site.pin.repository !== undefined && images.has(site.pin.repository)));
  return new Set(sites.filter(isOurs).flatMap(offsetsOf));
}

/** One mention a place, in the order of the text. */
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
