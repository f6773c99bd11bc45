import { isCollection, isMap, isNode, type Node, type Pair, parseDocument } from 'yaml';

/** An entry of a collection, as it is written in either style; without `flow` it fits only a block. */
export interface Entry {
  readonly flow?: string | undefined;
  /** Lines, indented from the entry's own first column on. */
  readonly block: readonly string[];
}

/**
 * The text with an entry at the end of the collection that the keys lead to, in that collection's own style. Nothing
 * else of the text changes. `undefined` where there is no such collection, or the entry does not fit its style.
 */
export function insertEntry(
  text: string,
  keys: readonly string[],
  { flow, block }: Entry,
): string | undefined {
  const document = parseDocument(text);
  const node = document.errors.length > 0 ? undefined : document.getIn(keys, true);
  if (!isCollection(node) || node.range == null) return undefined;
  const [start, end] = node.range;
  if (node.flow === true)
    return flow === undefined ? undefined : intoFlow(text, start, node.items.at(-1), flow);
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const content = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  const at = lineEnd < 0 ? text.length : lineEnd;
  const dash = isMap(node) ? '' : '- ';
  const lines = block.map((line, index) => `${' '.repeat(column)}${index === 0 ? dash : ''}${line}`);
  return `${text.slice(0, at)}\n${lines.join('\n')}${text.slice(at)}`;
}

function intoFlow(text: string, start: number, last: unknown, flow: string): string | undefined {
  if (last === undefined) return `${text.slice(0, start + 1)} ${flow} ${text.slice(start + 1).trimStart()}`;
  const node = isNode(last) ? last : ((last as Pair<Node, Node | null>).value ?? undefined);
  const end = node?.range?.[1];
  return end === undefined ? undefined : `${text.slice(0, end)}, ${flow}${text.slice(end)}`;
}
