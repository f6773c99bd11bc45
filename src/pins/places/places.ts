import { readData } from '../data/data.ts';
import type { FilePlace } from '../file-place.ts';
import { parsePath } from '../path.ts';
import { deadEnd } from '../rules/dead-end.ts';
import { select } from '../rules/select.ts';
import { fileOffset, invalidAt, positionAt, type Spot, type YamlFile } from '../yaml/source.ts';
import { locatorOf, roots, scalarsIn } from '../yaml/spot.ts';

/**
 * The parts of a file that paths of keys lead to. Keys that lead nowhere have none. Throws `INVALID` with
 * file and line where keys lead to two parts, or where parts overlap. Also throws as `readData` does.
 */
export function findPlaces(
  file: string,
  text: string,
  ats: readonly string[],
  yaml?: YamlFile | undefined,
): readonly FilePlace[] {
  if (ats.length === 0) return [];
  const tops = roots(yaml ?? readData(file, text));
  const found = ats.flatMap(at => {
    const spots = tops.flatMap(root => select(root, parsePath(at)));
    const [spot, second] = spots;
    if (second !== undefined && spot !== undefined) throw twice(at, spot, second);
    return spot === undefined ? [] : [{ at, spot }];
  });
  for (const inner of found) {
    const outer = found.find(other => other !== inner && isWithin(inner.spot, other.spot));
    if (outer !== undefined) throw overlap(inner, outer);
  }
  return found.map(({ at, spot }) => ({ at, locator: locatorOf(spot), covers: covering(spot) }));
}

/** Throws `INVALID` with file and line where keys lead nowhere. Also throws as `findPlaces` does. */
export function requirePlaces(file: string, text: string, ats: readonly string[]): void {
  const found = new Set(findPlaces(file, text, ats).map(({ at }) => at));
  const absent = ats.find(at => !found.has(at));
  if (absent !== undefined) throw nowhere(readData(file, text), absent);
}

function covering(spot: Spot): FilePlace['covers'] {
  const ranges = scalarsIn(spot).map(({ source, node: { start, end } }) => ({
    start: fileOffset(source, start),
    end: fileOffset(source, Math.max(start, end - 1)),
  }));
  return offset => ranges.some(({ start, end }) => start <= offset && offset <= end);
}

/** Whether a spot is at or below another spot, or in a string of it. */
function isWithin(spot: Spot, other: Spot): boolean {
  if (spot.node === other.node) return true;
  const above = spot.way?.from ?? spot.source.inside?.holder;
  return above !== undefined && isWithin(above, other);
}

function twice(at: string, first: Spot, { source, node }: Spot) {
  const { line } = positionAt(first.source, first.node.start);
  const message = `${at} leads here, and to line ${line} too: a place is one part of a file`;
  return invalidAt(source, node.start, message, 'name the one that is meant: elements[env=production]');
}

interface Found {
  readonly at: string;
  readonly spot: Spot;
}

function overlap({ at, spot }: Found, outer: Found) {
  const message = `${at} lies within ${outer.at}: no place of an environment contains another's`;
  return invalidAt(spot.source, spot.node.start, message, 'correct `at` in the environments’ `files`');
}

function nowhere(source: YamlFile, at: string) {
  const end = deadEnd(roots(source), parsePath(at));
  const hint =
    end?.near === undefined ? 'correct `at` in the environment’s `files`' : `did you mean ${end.near}?`;
  if (end === undefined) return invalidAt(source, 0, `${at} leads nowhere`, hint);
  return invalidAt(end.last.source, end.last.node.start, `${at} leads nowhere from here`, hint);
}
