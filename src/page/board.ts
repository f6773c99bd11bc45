import type { SiteData } from '../reports/site/data.ts';
import { drawCell } from './cell.ts';
import { element } from './dom.ts';
import type { Row } from './filter.ts';
import { addressOf } from './places.ts';
import { virtualRows } from './virtual.ts';

/** The width below which each image is a card with one line for each environment. */
const NARROW = '(max-width: 760px)';
const HEIGHT = { row: 92, card: 52, line: 58 };

/** The board: a grid of images and environments that arrow keys move in. */
export function boardView(data: SiteData): { readonly view: HTMLElement; show(rows: readonly Row[]): void } {
  const { environments } = data;
  const narrow = matchMedia(NARROW);
  const head = element('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 });
  head.append(element('div', { class: 'cell', role: 'columnheader', 'aria-colindex': 1 }, 'Image'));
  for (const [index, { name, from, freeze }] of environments.entries()) {
    const children = [
      element('strong', {}, name),
      element('span', { class: 'quiet' }, freeze === null ? `from ${from ?? 'builds'}` : 'frozen'),
    ];
    head.append(
      element('div', { class: 'cell', role: 'columnheader', 'aria-colindex': index + 2 }, ...children),
    );
  }
  const body = element('div', { class: 'rows', role: 'rowgroup' });
  const view = element(
    'div',
    {
      class: 'board',
      role: 'grid',
      'aria-label': 'Images by environments',
      'aria-colcount': environments.length + 1,
    },
    element('div', { class: 'heads', role: 'rowgroup' }, head),
    body,
  );
  view.style.setProperty('--environments', String(environments.length));
  let rows: readonly Row[] = [];
  let at = { row: 0, column: 0 };
  const list = virtualRows({
    scroller: view,
    body,
    above: () => head.getBoundingClientRect().height,
    rowHeight: () => (narrow.matches ? HEIGHT.card + environments.length * HEIGHT.line : HEIGHT.row),
    draw,
  });

  function draw(index: number): HTMLElement {
    const { image, states } = rows[index] as Row;
    const link = element('a', { href: addressOf('image', image.name), tabindex: -1 }, image.name);
    const cells: HTMLElement[] = [element('div', { class: 'cell name', role: 'rowheader' }, link)];
    for (const [column, cell] of image.cells.entries()) {
      cells.push(drawCell(data, cell, { column, states: states[column] ?? [], image: image.name }));
    }
    for (const [column, cell] of cells.entries()) {
      cell.setAttribute('aria-colindex', String(column + 1));
      cell.dataset.at = `${index} ${column}`;
      cell.tabIndex = index === at.row && column === at.column ? 0 : -1;
    }
    return element('div', { class: 'row', role: 'row', 'aria-rowindex': index + 2 }, ...cells);
  }

  function cellAt(row: number, column: number): HTMLElement | null {
    return body.querySelector(`[data-at="${row} ${column}"]`);
  }

  function moveTo(row: number, column: number): void {
    const former = cellAt(at.row, at.column);
    if (former !== null) former.tabIndex = -1;
    at = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(environments.length, column)),
    };
    list.show(at.row);
    const cell = cellAt(at.row, at.column);
    if (cell === null) return;
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    if (!narrow.matches) cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  view.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === 'Home') moveTo(0, 0);
      else if (event.key === 'End') moveTo(rows.length - 1, environments.length);
      else return;
    } else if (event.key === 'Enter') {
      cellAt(at.row, at.column)?.querySelector('a')?.click();
    } else {
      const page = Math.max(1, Math.floor(view.clientHeight / HEIGHT.row) - 1);
      const step = stepsOf(page)[event.key];
      if (step === undefined) return;
      moveTo(at.row + step[0], at.column + step[1]);
    }
    event.preventDefault();
  });
  view.addEventListener('focusin', event => {
    const [row, column] = (event.target as HTMLElement).dataset.at?.split(' ').map(Number) ?? [];
    if (row !== undefined && column !== undefined) at = { row, column };
  });
  narrow.addEventListener('change', () => list.update(true));
  new ResizeObserver(() => list.update()).observe(view);
  return {
    view,
    show(next) {
      rows = next;
      at = { row: 0, column: 0 };
      view.setAttribute('aria-rowcount', String(rows.length + 1));
      view.scrollTop = 0;
      list.setCount(rows.length);
    },
  };
}

/** The rows and columns that each key moves by. */
function stepsOf(page: number): Readonly<Record<string, readonly [number, number]>> {
  return {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    PageUp: [-page, 0],
    PageDown: [page, 0],
    Home: [0, Number.NEGATIVE_INFINITY],
    End: [0, Number.POSITIVE_INFINITY],
  };
}
