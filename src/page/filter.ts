import type { SiteCell, SiteData, SiteGroup, SiteImage } from '../reports/site/data.ts';

/** The fields that a reader filters by. */
export interface Filter {
  /** Words that the image, its tags, digests or people must all have, in any order. */
  readonly text: string;
  /** Empty: any. */
  readonly environment: string;
  readonly state: string;
}

/** The states to filter by, as the select shows them. */
export const STATES: readonly (readonly [string, string])[] = [
  ['', 'any state'],
  ['behind', 'differs from the environment before'],
  ['waiting', 'waiting'],
  ['closed', 'a gate is closed'],
  ['held', 'held'],
  ['faulty', 'not sound'],
  ['tag', 'has another tag than the environment before, and no digest'],
  ['unknown', 'not compared, as a pin has no digest'],
  ['unread', 'not known'],
];

/** The relations that are states to filter by. */
const FILTERED: ReadonlySet<SiteCell['relation']> = new Set(['behind', 'tag', 'unknown', 'unread']);

/** An image with its texts and states, for the filter. */
export interface Row {
  readonly image: SiteImage;
  /** The states of each environment, in the environments' order. */
  readonly states: readonly (readonly string[])[];
  readonly words: string;
}

/** The rows of the board with the states of each cell. */
export function boardRows(data: SiteData): readonly Row[] {
  const groups = groupStates(data.groups);
  const held = new Set(data.holds.map(({ environment, image }) => `${environment} ${image}`));
  return data.images.map(image => {
    const states = image.cells.map((cell, index) => {
      const key = `${data.environments[index]?.name} ${image.name}`;
      return [...cellStates(cell), ...(groups.get(key) ?? []), ...(held.has(key) ? ['held'] : [])];
    });
    return { image, states, words: wordsOf(data, image) };
  });
}

/** The rows that match a filter. */
export function filterRows(rows: readonly Row[], data: SiteData, filter: Filter): readonly Row[] {
  const at = data.environments.findIndex(({ name }) => name === filter.environment);
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ states, words: said, image }) => {
    if (!words.every(word => said.includes(word))) return false;
    if (at >= 0 && filter.state === '') return image.cells[at]?.relation !== 'none';
    const asked = at >= 0 ? states.slice(at, at + 1) : states;
    return filter.state === '' || asked.some(one => one.includes(filter.state));
  });
}

/** Whether a text has every word of `wanted`. */
export function hasWords(text: string, wanted: string): boolean {
  const lower = text.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every(word => lower.includes(word));
}

function cellStates({ relation, isSound }: SiteCell): readonly string[] {
  return [...(FILTERED.has(relation) ? [relation] : []), ...(isSound === false ? ['faulty'] : [])];
}

function groupStates(groups: readonly SiteGroup[]): ReadonlyMap<string, readonly string[]> {
  const states = new Map<string, string[]>();
  for (const { environment, state, verdicts, images } of groups) {
    for (const { image, verdicts: own, error } of images) {
      const kinds = [...verdicts, ...own].map(({ kind }) => kind);
      const isFailed = error !== undefined || state === 'failed';
      const isClosed = isFailed || kinds.includes('closed') || state === 'closed';
      const key = `${environment} ${image}`;
      states.set(key, [...(states.get(key) ?? []), isClosed ? 'closed' : state]);
    }
  }
  return states;
}

function wordsOf({ events }: SiteData, { name, cells }: SiteImage): string {
  const said = cells.flatMap(({ pinned, event }) => [
    ...pinned.flatMap(({ tag, digest }) => [tag, digest]),
    ...(event === null ? [] : [events[event]?.author, events[event]?.requestedBy]),
  ]);
  return [name, ...said]
    .filter(word => word !== undefined)
    .join(' ')
    .toLowerCase();
}
