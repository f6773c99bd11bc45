import type { Block, Phrase } from './document.ts';
import { neutralise } from './neutralise.ts';

/** Colours a phrase. */
export type Paint = (phrase: Phrase) => string;

const GAP = 2;

/**
 * A table as text. Where it is wider than the columns, cells are folded at spaces, the widest column first. A word is
 * never cut, so what cannot be folded stays wide.
 */
export function textTable(
  { head, rows }: Extract<Block, { kind: 'table' }>,
  paint: Paint,
  columns: number | undefined,
): string {
  const all = [head.map(text => ({ text, tone: 'quiet' }) satisfies Phrase), ...rows];
  const cells = all.map(row => head.map((_, column) => neutralise(row[column]?.text ?? '')));
  const widths = fitted(cells, head.length, columns);
  return all
    .map((row, index) => {
      const folded = widths.map((width, column) => fold(cells[index]?.[column] ?? '', width));
      const height = Math.max(...folded.map(({ length }) => length));
      return Array.from({ length: height }, (_, line) => {
        const parts = folded.map((lines, column) => {
          const text = lines[line] ?? '';
          const padding = ' '.repeat((widths[column] ?? 0) - text.length);
          return paint({ text, tone: row[column]?.tone ?? 'plain' }) + padding;
        });
        return `  ${parts.join(' '.repeat(GAP))}`.trimEnd();
      }).join('\n');
    })
    .join('\n');
}

/** The width of each column: what its cells need, less where the table is too wide. */
function fitted(
  cells: readonly (readonly string[])[],
  count: number,
  columns: number | undefined,
): readonly number[] {
  const column = (index: number) => cells.map(row => row[index] ?? '');
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, index) => longest(column(index)));
  const words = widths.map((_, index) => longest(column(index).flatMap(text => text.split(' '))));
  const total = () => widths.reduce((sum, width) => sum + width + GAP, 0);
  while (columns !== undefined && total() > columns) {
    const wide = widths.map((width, index) => (width > (words[index] ?? 0) ? width : 0));
    const widest = Math.max(...wide);
    if (widest === 0) break;
    widths[wide.indexOf(widest)] = widest - 1;
  }
  return widths.map((width, index) => longest(column(index).flatMap(text => fold(text, width))));
}

/** The text in lines of so many characters; a longer word has a line of its own. */
function fold(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
