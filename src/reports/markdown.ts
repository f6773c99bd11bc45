import type { Block, Phrase } from './document.ts';
import { neutralise } from './neutralise.ts';

/**
 * Renders blocks as Markdown for GitHub and GitLab. Indented items become a list below their item. Text with
 * the tone `wait` or `bad` is bold.
 */
export function markdown(blocks: readonly Block[]): string {
  return blocks
    .map((block, index) => {
      // An empty line between two lists would separate items from their parent.
      const goesOn = block.kind === 'items' && blocks[index - 1]?.kind === 'items';
      return `${index === 0 ? '' : goesOn ? '\n' : '\n\n'}${markdownBlock(block)}`;
    })
    .join('');
}

/** Escapes text from outside, so that Markdown shows it literally on one line. */
export function escapeMarkdown(text: string): string {
  return neutralise(text).replace(/[\\`*_{}[\]<>#|~-]/g, '\\$&');
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${words(block.phrases)}`;
    case 'line':
      return words(block.phrases);
    case 'items':
      return block.items.map(item => `${indent(item)}- ${words(item)}`).join('\n');
    case 'table': {
      const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const head = row(block.head.map(escapeMarkdown));
      return [head, row(block.head.map(() => '---')), ...block.rows.map(cells => row(cells.map(word)))].join(
        '\n',
      );
    }
    case 'diff': {
      const fence = '`'.repeat(
        Math.max(3, ...[...block.text.matchAll(/`+/g)].map(([run]) => run.length + 1)),
      );
      return `${fence}diff\n${block.text.split('\n').map(neutralise).join('\n').trimEnd()}\n${fence}`;
    }
  }
}

function indent([first]: readonly Phrase[]): string {
  return first?.text.startsWith(' ') ? '  ' : '';
}

function words(phrases: readonly Phrase[]): string {
  return phrases
    .map(word)
    .filter(text => text !== '')
    .join(' ');
}

function word({ text, tone, url }: Phrase): string {
  if (url !== undefined && LINK.test(url)) return `[${escapeMarkdown(text)}](<${url}>)`;
  const escaped = neutralise(text).trim().split(' ').map(literal).join(' ');
  return (tone === 'wait' || tone === 'bad') && escaped !== '' ? `**${escaped}**` : escaped;
}

/** An address with the punctuation around it. */
const LINK = /^(\(?)(https?:\/\/[^\s<>\\`|]+?)([),.:;!?]*)$/;

/** Escapes a word. An address stays as it is, because escaped hyphens would change it. */
function literal(text: string): string {
  const [, before = '', address, after = ''] = LINK.exec(text) ?? [];
  return address === undefined ? escapeMarkdown(text) : `${before}<${address}>${after}`;
}
