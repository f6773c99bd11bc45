import type { LineCounter } from 'yaml';
import type { Problem } from './issue.ts';

/** A stretch of the text, in UTF-16 units; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const WIDTH = 110;
const REACH = 2000;

/**
 * The start of a span of a text without secrets, and its line with carets below; a long line is cut around the span.
 */
export function excerptOf(
  text: string,
  lines: LineCounter,
  { start, end }: Span,
): Pick<Problem, 'line' | 'column' | 'excerpt'> {
  const { line, col: column } = lines.linePos(start);
  const position = Math.min(column - 1, REACH);
  const [source = ''] = text.slice(start - position, start + REACH).split(/\r?\n/, 1);
  const left = Math.max(0, position - WIDTH / 2);
  const shown = source.slice(left, left + WIDTH);
  const offset = position - left;
  const carets = '^'.repeat(Math.max(1, Math.min(end - start, shown.length - offset)));
  const gutter = `${line} | `;
  // Tabs stay, so that the carets are below the right characters in every terminal.
  const indent = shown.slice(0, offset).replace(/[^\t]/g, ' ');
  return { line, column, excerpt: `${gutter}${shown}\n${'| '.padStart(gutter.length)}${indent}${carets}` };
}
