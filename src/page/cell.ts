import type { SiteCell, SiteData } from '../reports/site/data.ts';
import { ageElement } from './ages.ts';
import { type Child, element } from './dom.ts';
import { addressOf } from './places.ts';
import { digestText, pinnedText } from './versions.ts';

/** The column, image and states of a cell. */
interface CellPlace {
  readonly column: number;
  readonly image: string;
  readonly states: readonly string[];
}

const BADGES: Readonly<Record<string, readonly [string, string]>> = {
  ready: ['good', 'ready'],
  waiting: ['wait', 'waiting'],
  closed: ['bad', 'closed'],
  declined: ['quiet', 'declined'],
  held: ['wait', 'held'],
  faulty: ['bad', 'not sound'],
  tag: ['wait', 'another tag'],
  unknown: ['wait', 'not compared'],
  unread: ['bad', 'not all could be read'],
};

/** Draws how one environment pins one image: version, digest, age, person and difference. */
export function drawCell(data: SiteData, cell: SiteCell, { column, image, states }: CellPlace): HTMLElement {
  const environment = data.environments[column];
  const label = element('span', { class: 'environment' }, environment?.name);
  const drawn = element('div', { class: `cell ${cell.relation}`, role: 'gridcell' }, label);
  if (cell.relation === 'none') {
    drawn.append(element('span', { class: 'version quiet' }, 'not pinned'), ...badges(states));
    return drawn;
  }
  const event = cell.event === null ? undefined : data.events[cell.event];
  const address =
    event === undefined ? addressOf('image', image) : addressOf('promotion', event.environment, event.commit);
  const link = element('a', { class: 'version', href: address, tabindex: -1 }, pinnedText(cell));
  const marks = badges(states);
  if (cell.relation === 'behind') {
    const words = element('span', { class: 'hidden' }, 'differs from');
    const sign = element('span', { 'aria-hidden': 'true' }, '≠');
    marks.unshift(element('span', { class: 'badge drift' }, words, sign, ` ${environment?.from}`));
  }
  const hasTag = cell.pinned.some(({ tag }) => tag !== undefined);
  const facts: readonly Child[] = [
    event === undefined ? sinceText(cell) : ageElement(event.date),
    ...(event?.author === undefined ? [] : [` · ${personOf(event.requestedBy ?? event.author)}`]),
    ...(hasTag ? [` · ${digestText(cell.pinned)}`] : []),
  ];
  drawn.append(
    element('span', { class: 'line' }, link, ...marks),
    element('span', { class: 'facts quiet' }, ...facts),
  );
  return drawn;
}

/** A person's name without their address, as the page shows it. */
export function personOf(name: string): string {
  return name.replace(/\s*<[^>]*>$/, '');
}

function badges(states: readonly string[]): HTMLElement[] {
  return [...new Set(states)].flatMap(state => {
    const [tone, text] = BADGES[state] ?? [];
    return text === undefined ? [] : [element('span', { class: `badge ${tone}` }, text)];
  });
}

function sinceText({ before }: SiteCell): string {
  return before === null ? 'age not known' : `before ${before.slice(0, 10)}`;
}
