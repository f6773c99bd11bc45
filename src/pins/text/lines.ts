import { LineCounter } from 'yaml';

/** Where a text's lines begin. */
export function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1))
    lines.addNewLine(feed + 1);
  return lines;
}
