import picocolors from 'picocolors';
import { type Block, OUTPUT_VERSION, type Report, type Tone } from './document.ts';
import { markdown } from './markdown.ts';
import { neutralise } from './neutralise.ts';
import { type Paint, textTable } from './text-table.ts';

/** The formats that every command offers. */
export type Format = 'text' | 'json' | 'markdown';

/**
 * Renders a report with one line feed at its end. `colour` and `columns`, the width of a table, apply only to
 * text.
 */
export function render(report: Report, format: Format, colour: boolean, columns?: number): string {
  switch (format) {
    case 'json':
      return `${jsonText(report.json, 2)}\n`;
    case 'markdown':
      return `${markdown(report.blocks)}\n`;
    case 'text':
      return `${report.blocks.map(textBlock(painter(colour), columns)).join('\n')}\n`;
  }
}

/** A result for programs, with the version of its keys. It is one line unless `indent` is given. */
export function jsonText(value: object, indent?: number): string {
  return JSON.stringify({ version: OUTPUT_VERSION, ...value }, null, indent);
}

function painter(colour: boolean): Paint {
  const { green, yellow, red, dim } = picocolors.createColors(colour);
  const plain = (text: string) => text;
  const colours = { good: green, wait: yellow, bad: red, quiet: dim, plain } satisfies Record<Tone, unknown>;
  return ({ text, tone }) => colours[tone](neutralise(text));
}

function textBlock(paint: Paint, columns: number | undefined): (block: Block) => string {
  return block => {
    switch (block.kind) {
      case 'heading':
      case 'line':
        return block.phrases.map(paint).join(' ');
      case 'items':
        return block.items.map(item => `  ${item.map(paint).join(' ')}`).join('\n');
      case 'table':
        return textTable(block, paint, columns);
      case 'diff':
        return block.text.split('\n').map(diffLine(paint)).join('\n');
    }
  };
}

function diffLine(paint: Paint): (text: string) => string {
  return text => {
    const tone = text.startsWith('+') ? 'good' : text.startsWith('-') ? 'bad' : 'quiet';
    return paint({ text: text.trimEnd(), tone });
  };
}
