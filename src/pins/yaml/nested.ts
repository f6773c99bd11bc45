import { PromoteError } from '../../errors.ts';
import type { Splice } from '../text/splice.ts';
import type { Traced } from '../text/traced.ts';
import { parseFile } from './document.ts';
import { invalidAt, type Source, type Spot } from './source.ts';
import { roots } from './spot.ts';
import { blockIndent, traceFolded, traceLiteral } from './traced-block.ts';
import { traceQuoted } from './traced-quotes.ts';
import type { YamlScalar } from './tree.ts';

/**
 * The roots of the YAML or JSON that a quoted string or a block contains: its mappings and sequences. A
 * string has none if it is not YAML, or if its characters cannot be traced to the file.
 */
export function nestedRoots(holder: Spot<YamlScalar>): readonly Spot[] {
  const { source, node } = holder;
  if (node.style === 'plain' || !/[{[:\n]/.test(node.text)) return [];
  const traced = trace(holder);
  if (traced === undefined) return [];
  const inside = { holder, at: traced.at, encode: (text: string) => encode(holder, text) };
  try {
    return roots(parseFile({ file: source.file, text: traced.text, inside })).filter(
      root => root.node.kind !== 'scalar',
    );
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'INVALID') return [];
    throw error;
  }
}

/**
 * The splice in the file that makes a given splice in a text, which a string of the file may contain. Throws
 * `INVALID` where that is not possible.
 */
export function outermost({ inside, text }: Source, splice: Splice): Splice {
  if (inside === undefined) return splice;
  const { holder, at, encode } = inside;
  const start = at[splice.start] ?? (at.at(-1) ?? holder.node.start) + 1;
  const end = splice.end > splice.start ? (at[splice.end - 1] ?? start) + 1 : start;
  if (holder.source.text.slice(start, end) !== text.slice(splice.start, splice.end)) {
    throw uneditable(holder, start, 'a pin that is written with escapes cannot be edited');
  }
  return outermost(holder.source, { start, end, text: encode(splice.text) });
}

function trace(holder: Spot<YamlScalar>): Traced | undefined {
  const opening = holder.source.text[holder.node.start];
  if (opening === '"' || opening === "'") return traceQuoted(holder);
  return opening === '>' ? traceFolded(holder) : traceLiteral(holder);
}

function encode(holder: Spot<YamlScalar>, text: string): string {
  const { source, node } = holder;
  const opening = source.text[node.start];
  if (opening === '"') return JSON.stringify(text).slice(1, -1);
  if (opening === '|') {
    const feed = source.text.slice(node.start, node.end).includes('\r\n') ? '\r\n' : '\n';
    return text.replaceAll('\n', `${feed}${blockIndent(holder)}`);
  }
  if (text.includes('\n')) throw uneditable(holder, node.start, 'a new line has no place in a folded string');
  return opening === "'" ? text.replaceAll("'", "''") : text;
}

function uneditable({ source }: Spot, offset: number, message: string): PromoteError {
  return invalidAt(source, offset, message, 'write the text as a literal block: |');
}
