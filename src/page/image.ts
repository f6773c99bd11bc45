import type { SiteData, SiteImage } from '../reports/site/data.ts';
import { timeText } from './age.ts';
import { drawCell, personOf } from './cell.ts';
import { tableOf, title } from './details.ts';
import { type Child, element } from './dom.ts';
import type { Row } from './filter.ts';
import { eventTitle, groupTitle, holdItems, waitingItems } from './items.ts';
import { addressOf } from './places.ts';

/** The most changes on an image's page; the timeline has the others. */
const MOST = 100;

/** The page of one image: its environments, what waits, its holds and its history. */
export function imageView(data: SiteData, { image, states }: Row): readonly Node[] {
  const { name, cells } = image;
  const where = cells.map((cell, column): readonly Child[] => {
    const drawn = drawCell(data, cell, { column, image: name, states: states[column] ?? [] });
    for (const link of drawn.querySelectorAll('a')) link.tabIndex = 0;
    drawn.removeAttribute('role');
    const verified = cell.faults.join('; ') || soundness(image, column);
    return [data.environments[column]?.name, drawn, ...(data.isVerified ? [verified] : [])];
  });
  return [
    title(name),
    tableOf('Environments', ['In', 'Pinned', ...(data.isVerified ? ['Verified'] : [])], where),
    ...(data.isVerified
      ? []
      : [element('p', { class: 'quiet' }, 'Registries were not asked whether it is sound.')]),
    ...section('Waiting', waitingOf(data, name)),
    ...section('Held', heldOf(data, name)),
    ...section('History', historyOf(data, name)),
  ];
}

function soundness({ cells }: SiteImage, column: number): string {
  const { isSound, relation } = cells[column] ?? {};
  if (relation === 'none') return '';
  return isSound === true ? 'sound' : isSound === false ? 'not sound' : 'no answer';
}

function waitingOf(data: SiteData, name: string): readonly Node[] {
  const items = waitingItems(data);
  return data.groups.flatMap((group, index) => {
    if (!group.images.some(({ image }) => image === name)) return [];
    const link = element('a', { href: addressOf('group', group.environment, group.name) }, groupTitle(group));
    return [element('li', {}, link, ` ${group.state}: ${items[index]?.detail}`)];
  });
}

function heldOf(data: SiteData, name: string): readonly Node[] {
  const items = holdItems(data);
  return data.holds.flatMap(({ image }, index) =>
    image === name ? [element('li', {}, `${items[index]?.title}: ${items[index]?.detail}`)] : [],
  );
}

function historyOf({ events }: SiteData, name: string): readonly Node[] {
  const own = events.filter(({ changes }) => changes.some(({ image }) => image === name));
  return own.slice(0, MOST).map(event => {
    const changes = event.changes.filter(({ image }) => image === name);
    const link = element(
      'a',
      { href: addressOf('promotion', event.environment, event.commit) },
      eventTitle({ ...event, changes }),
    );
    const said = [changes[0]?.kind, timeText(event.date), event.author && personOf(event.author)];
    return element('li', {}, link, ` ${said.filter(Boolean).join(' · ')}`);
  });
}

function section(heading: string, lines: readonly Node[]): readonly Node[] {
  return lines.length === 0 ? [] : [element('h2', {}, heading), element('ul', {}, ...lines)];
}
