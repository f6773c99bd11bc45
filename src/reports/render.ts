import picocolors from 'picocolors';
import { type Block, OUTPUT_VERSION, type Phrase, type Report, type Tone } from './document.ts';
import { markdown } from './markdown.ts';
import { neutralise } from './neutralise.ts';

/** The formats that every command offers. */
export type Format = 'text' | 'json' | 'markdown';

/** Renders a report, with one line feed at its end; `colour` applies to text only. */
export function render(report: Report, format: Format, colour: boolean): string {
  switch (format) {
    case 'json':
      return `${jsonText(report.json, 2)}\n`;
    case 'markdown':
      return `${markdown(report.blocks)}\n`;
    case 'text':
      return `${report.blocks.map(textBlock(painter(colour))).join('\n')}\n`;
  }
}

/** A result for programs, with the version of its keys; on one line unless it is indented. */
export function jsonText(value: object, indent?: number): string {
  return JSON.stringify({ version: OUTPUT_VERSION, ...value }, null, indent);
}

type Paint = (phrase: Phrase) => string;

function painter(colour: boolean): Paint {
  const { green, yellow, red, dim } = picocolors.createColors(colour);
  const plain = (text: string) => text;
  const colours = { good: green, wait: yellow, bad: red, quiet: dim, plain } satisfies Record<Tone, unknown>;
  return ({ text, tone }) => colours[tone](neutralise(text));
}

function textBlock(paint: Paint): (block: Block) => string {
  return block => {
    switch (block.kind) {
      case 'heading':
      case 'line':
        return block.phrases.map(paint).join(' ');
      case 'items':
        return block.items.map(item => `  ${item.map(paint).join(' ')}`).join('\n');
      case 'table':
        return textTable(block, paint);
      case 'diff':
        return block.text.split('\n').map(diffLine(paint)).join('\n');
    }
  };
}

function textTable({ head, rows }: Extract<Block, { kind: 'table' }>, paint: Paint): string {
  const all = [head.map(text => ({ text, tone: 'quiet' }) satisfies Phrase), ...rows];
  const widths = head.map((_, column) =>
    Math.max(...all.map(row => neutralise(row[column]?.text ?? '').length)),
  );
  const cell = (phrase: Phrase, column: number) =>
    paint(phrase) + ' '.repeat((widths[column] ?? 0) - neutralise(phrase.text).length);
  return all.map(row => `  ${row.map(cell).join('  ')}`.trimEnd()).join('\n');
}

function diffLine(paint: Paint): (text: string) => string {
  return text => {
    const tone = text.startsWith('+') ? 'good' : text.startsWith('-') ? 'bad' : 'quiet';
    return paint({ text: text.trimEnd(), tone });
  };
}
