import { drawnRows } from './rows.ts';

/** Rows of equal height in a box that scrolls; only visible rows are drawn. */
export interface VirtualRows {
  /** Draws the visible rows; `anew` draws rows again that are drawn already. */
  update(anew?: boolean): void;
  /** Scrolls until a row is visible, and draws it. */
  show(index: number): void;
  setCount(count: number): void;
}

/** The source of a list's rows. */
export interface RowSource {
  readonly scroller: HTMLElement;
  readonly body: HTMLElement;
  /** The height of what stays above the rows during a scroll. */
  readonly above: () => number;
  readonly rowHeight: () => number;
  readonly draw: (index: number) => HTMLElement;
}

/** Keeps a list's visible rows and the focused row drawn, in order. */
export function virtualRows({ scroller, body, above, rowHeight, draw }: RowSource): VirtualRows {
  const drawn = new Map<number, HTMLElement>();
  let count = 0;
  let isAsked = false;

  function update(anew = false): void {
    const height = rowHeight();
    body.style.height = `${count * height}px`;
    if (anew) {
      for (const row of drawn.values()) row.remove();
      drawn.clear();
    }
    const seen = { count, rowHeight: height, top: scroller.scrollTop, height: scroller.clientHeight };
    const [first, end] = drawnRows(seen);
    for (const [index, row] of drawn) {
      const isKept = index < count && row.contains(document.activeElement);
      if ((index >= first && index < end) || isKept) continue;
      row.remove();
      drawn.delete(index);
    }
    for (let index = first; index < end; index += 1) add(index, height);
  }

  function add(index: number, height: number): void {
    if (drawn.has(index)) return;
    const row = draw(index);
    row.style.height = `${height}px`;
    row.style.transform = `translateY(${index * height}px)`;
    const after = [...drawn.keys()].filter(key => key > index).sort((left, right) => left - right)[0];
    body.insertBefore(row, after === undefined ? null : (drawn.get(after) ?? null));
    drawn.set(index, row);
  }

  scroller.addEventListener(
    'scroll',
    () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        update();
      });
    },
    { passive: true },
  );
  return {
    update,
    show(index) {
      const height = rowHeight();
      const top = index * height;
      const room = scroller.clientHeight - above();
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room;
      update();
    },
    setCount(next) {
      count = next;
      update(true);
    },
  };
}
