import { ageElement } from './ages.ts';
import { element } from './dom.ts';
import { virtualRows } from './virtual.ts';

/** One line of a list, with a title, a detail and a state. */
export interface Item {
  readonly title: string;
  readonly detail: string;
  /** The time of the item; its age is shown before the detail. */
  readonly date?: string | undefined;
  readonly href: string | undefined;
  readonly badge: readonly [tone: string, text: string];
}

const HEIGHT = 68;

/** A long list that draws only its visible rows. */
export function listView(label: string): { readonly view: HTMLElement; show(items: readonly Item[]): void } {
  const body = element('div', { class: 'rows', role: 'list', 'aria-label': label });
  const view = element('div', { class: 'list', tabindex: 0, role: 'region', 'aria-label': label }, body);
  let items: readonly Item[] = [];
  const list = virtualRows({ scroller: view, body, above: () => 0, rowHeight: () => HEIGHT, draw });

  function draw(index: number): HTMLElement {
    const { title, detail, date, href, badge } = items[index] as Item;
    const [tone, text] = badge;
    return element(
      'div',
      { class: 'item', role: 'listitem', 'aria-setsize': items.length, 'aria-posinset': index + 1 },
      element('span', { class: `badge ${tone}` }, text),
      href === undefined
        ? element('span', { class: 'title' }, title)
        : element('a', { class: 'title', href }, title),
      element('span', { class: 'facts quiet' }, date && ageElement(date), date && ' · ', detail),
    );
  }

  new ResizeObserver(() => list.update()).observe(view);
  return {
    view,
    show(next) {
      items = next;
      view.scrollTop = 0;
      list.setCount(items.length);
    },
  };
}
