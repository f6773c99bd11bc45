/** A list of rows of equal height and its visible part; lengths are in pixels. */
export interface Scrolled {
  readonly count: number;
  readonly rowHeight: number;
  readonly top: number;
  readonly height: number;
}

/** Rows drawn above and below the visible part, so that a short scroll shows no gap. */
const AROUND = 6;

/** The index of the first row to draw, and that after the last. */
export function drawnRows({ count, rowHeight, top, height }: Scrolled): readonly [number, number] {
  const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + AROUND);
  return [Math.min(first, count), Math.max(Math.min(first, count), end)];
}
