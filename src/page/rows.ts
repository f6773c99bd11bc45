/** A list of rows of one height, and the part of it that is seen; lengths in pixels. */
export interface Scrolled {
  readonly count: number;
  readonly rowHeight: number;
  readonly top: number;
  readonly height: number;
}

/** Rows drawn above and below what is seen, so that a short scroll shows no gap. */
const AROUND = 6;

/** The first row to draw and the one after the last. */
export function drawnRows({ count, rowHeight, top, height }: Scrolled): readonly [number, number] {
  const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + AROUND);
  return [Math.min(first, count), Math.max(Math.min(first, count), end)];
}
