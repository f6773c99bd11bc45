import type { Block, Phrase } from './document.ts';
import { neutralise } from './neutralise.ts';

/** Colours a phrase. */
export type Paint = (phrase: Phrase) => string;

type Table = Extract<Block, { kind: 'table' }>;

const GAP = 2;

/**
 * A table as text. If it is wider than `columns`, cells are folded at spaces, the widest column first. If it
 * is still too wide, each row becomes a list of its cells with their heads. Words are never cut.
 */
export function textTable({ head, rows }: Table, paint: Paint, columns: number | undefined): string {
  const all = [head.map(text => ({ text, tone: 'quiet' }) satisfies Phrase), ...rows];
  const cells = all.map(row => head.map((_, column) => neutralise(row[column]?.text ?? '')));
  const widths = fitted(cells, head.length, columns);
  if (columns !== undefined && widthOf(widths) > columns) return lists({ head, rows }, paint, columns);
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

/** The width of each column: the width of its cells, reduced if the table is too wide. */
function fitted(
  cells: readonly (readonly string[])[],
  count: number,
  columns: number | undefined,
): readonly number[] {
  const column = (index: number) => cells.map(row => row[index] ?? '');
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, index) => longest(column(index)));
  const words = widths.map((_, index) => longest(column(index).flatMap(text => text.split(' '))));
  while (columns !== undefined && widthOf(widths) > columns) {
    const wide = widths.map((width, index) => (width > (words[index] ?? 0) ? width : 0));
    const widest = Math.max(...wide);
    if (widest === 0) break;
    widths[wide.indexOf(widest)] = widest - 1;
  }
  return widths.map((width, index) => longest(column(index).flatMap(text => fold(text, width))));
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}

/** Each row as its first cell, with one line for each of the other cells below it. */
function lists({ head, rows }: Pick<Table, 'head' | 'rows'>, paint: Paint, columns: number): string {
  const [, ...names] = head;
  const width = Math.max(...names.map(({ length }) => length));
  const before = ' '.repeat(GAP * 2);
  const after = before.length + width + GAP;
  const item = ([first, ...cells]: readonly Phrase[]) => [
    ...(first === undefined ? [] : [`${' '.repeat(GAP)}${paint(first)}`]),
    ...cells.flatMap(({ text, tone }, index) =>
      fold(neutralise(text), columns - after).map((line, number) => {
        const name = (number === 0 ? (names[index] ?? '') : '').padEnd(width);
        return `${before}${paint({ text: name, tone: 'quiet' })}${' '.repeat(GAP)}${paint({ text: line, tone })}`;
      }),
    ),
  ];
  return rows.flatMap(item).join('\n');
}

/** The text in lines of at most `width` characters. A longer word has a line of its own. */
export function fold(text: string, width: number): readonly string[] {
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
