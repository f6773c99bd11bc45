import { parse } from 'yaml';
import type { Splice } from '../text/splice.ts';
import { outermost } from './nested.ts';
import type { Spot } from './source.ts';
import { invalidAt } from './source.ts';
import type { YamlScalar } from './tree.ts';

const PLAIN = /^[\w./](?:[\w./@+:=-]*[\w./@+=-])?$/;
const NUMBER = /^[-+]?(?:0[xob][\da-f]*|(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?)$/i;

/**
 * The splice that changes a scalar's value to the text, with the same quotes; none where it is equal already.
 * Throws `INVALID` for a value that spans lines.
 */
export function writeScalar({ source, node }: Spot<YamlScalar>, wanted: string): readonly Splice[] {
  const { start, end, style } = node;
  if (node.text === wanted && (style !== 'plain' || readsAsString(wanted))) return [];
  if (style === 'lines') {
    throw invalidAt(source, start, 'a pin that spans lines cannot be edited', 'write the value on one line');
  }
  const written = styled(wanted, style);
  const text = start === end && style !== 'bare' ? padded(source.text, start, written) : written;
  return [outermost(source, { start, end, text })];
}

/** A text in a style of quotes. A plain text gets double quotes if a reader would not read a string. */
export function styled(text: string, style: Exclude<YamlScalar['style'], 'lines'>): string {
  if (style === 'bare') return text;
  if (style === 'single') return `'${text.replaceAll("'", "''")}'`;
  return style === 'plain' && readsAsString(text) ? text : JSON.stringify(text);
}

/** Whether YAML 1.1, YAML 1.2 and Go's reader, which mixes both, all read the plain text as a string. */
function readsAsString(text: string): boolean {
  if (!PLAIN.test(text) || NUMBER.test(text.replaceAll('_', ''))) return false;
  return parse(text, { schema: 'core' }) === text && parse(text, { schema: 'yaml-1.1' }) === text;
}

function padded(text: string, offset: number, written: string): string {
  const before = /[\s[{,]/.test(text.charAt(offset - 1)) ? '' : ' ';
  const after = text[offset] === '#' ? ' ' : '';
  return `${before}${written}${after}`;
}
