import type { SiteData } from '../reports/site/data.ts';
import { timeText } from './age.ts';
import { ageElement, keepAges } from './ages.ts';
import { boardView } from './board.ts';
import { groupView, promotionView, title } from './details.ts';
import { byId, element } from './dom.ts';
import { boardRows, filterRows, STATES } from './filter.ts';
import { imageView } from './image.ts';
import { chosen, holdItems, type Listed, problemItems, timelineItems, waitingItems } from './items.ts';
import { bindKeys } from './keys.ts';
import { listView } from './list.ts';
import { noticesOf } from './notices.ts';
import { type Place, placeOf } from './places.ts';
import { bindTheme } from './theme.ts';

const data: SiteData = JSON.parse(byId('data').textContent ?? '');
const rows = boardRows(data);
const main = byId('main');
const search = byId('search') as HTMLInputElement;
const environment = byId('environment') as HTMLSelectElement;
const state = byId('state') as HTMLSelectElement;

/** The title and items of each list. */
const LISTS: Readonly<Record<string, readonly [string, readonly Listed[]]>> = {
  timeline: ['Timeline', timelineItems(data)],
  waiting: ['Waiting', waitingItems(data)],
  holds: ['Holds', holdItems(data)],
  problems: ['Problems', problemItems(data)],
};
const board = boardView(data);
let shown: string | undefined;
let list = listView('');

start();

function start(): void {
  for (const { name } of data.environments) environment.append(element('option', { value: name }, name));
  for (const [value, text] of STATES) state.append(element('option', { value }, text));
  for (const [page, [, items]] of Object.entries(LISTS)) {
    if (page !== 'timeline') byId(`count-${page}`).textContent = ` ${items.length}`;
  }
  byId('read').append(`Read ${timeText(data.readAt)}, `, ageElement(data.readAt));
  for (const notice of noticesOf(data)) byId('notices').append(element('li', {}, notice));
  bindTheme(byId('theme'));
  bindKeys();
  keepAges();
  for (const field of [search, environment, state]) field.addEventListener('input', () => look());
  byId('filters').addEventListener('submit', event => event.preventDefault());
  addEventListener('hashchange', () => route(true));
  route(false);
}

/** Shows the page that the address names. */
function route(moves: boolean): void {
  const place = placeOf(location.hash);
  search.value = place.query.get('q') ?? '';
  environment.value = place.query.get('environment') ?? '';
  state.value = place.query.get('state') ?? '';
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    if (placeOf(link.hash).page === place.page) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const detail = detailOf(place);
  document.body.dataset.page = detail === undefined ? place.page || 'board' : 'detail';
  if (detail === undefined) {
    showList(place.page);
  } else {
    shown = undefined;
    main.replaceChildren(element('article', {}, ...detail));
    main.scrollTop = 0;
    byId('found').textContent = '';
  }
  const heading = main.querySelector('h1');
  document.title = `${heading?.textContent ?? 'Board'} · promote`;
  if (moves && heading !== null) heading.focus();
}

function detailOf({ page, names: [first, second] }: Place): readonly Node[] | undefined {
  if (page === '' || page in LISTS) return undefined;
  const row = page === 'image' ? rows.find(({ image }) => image.name === first) : undefined;
  if (row !== undefined) return imageView(data, row);
  const event =
    page === 'promotion'
      ? data.events.find(known => known.environment === first && known.commit === second)
      : undefined;
  if (event !== undefined) return promotionView(data, event);
  const group =
    page === 'group'
      ? data.groups.find(known => known.environment === first && known.name === second)
      : undefined;
  if (group !== undefined) return groupView(group);
  return [title('Not here'), element('p', {}, 'This page is no longer, or not yet, on the board.')];
}

function showList(page: string): void {
  if (shown !== page) {
    shown = page;
    const [name] = LISTS[page] ?? ['Board'];
    const heading = element('h1', { tabindex: -1, class: 'hidden' }, name);
    if (page !== '') list = listView(name);
    main.replaceChildren(heading, page === '' ? board.view : list.view);
  }
  find(page);
}

/** Shows what the filters ask for, and keeps them in the URL. */
function look(): void {
  const { page } = placeOf(location.hash);
  const asked = { q: search.value, environment: environment.value, state: state.value };
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ''));
  history.replaceState(null, '', `#/${page}${query.size > 0 ? `?${query}` : ''}`);
  find(page);
}

function find(page: string): void {
  const [, items] = LISTS[page] ?? [];
  if (items === undefined) {
    const found = filterRows(rows, data, {
      text: search.value,
      environment: environment.value,
      state: state.value,
    });
    board.show(found);
    byId('found').textContent = `${found.length} of ${rows.length} images`;
    return;
  }
  const found = chosen(items, search.value, environment.value);
  list.show(found);
  byId('found').textContent = `${found.length} of ${items.length} entries`;
}
