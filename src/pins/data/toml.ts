import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { addField, type DataReader, type GrowingMap, growingMap, scalarNode } from './nodes.ts';

/** Reads TOML: tables and the tables of an array as mappings and sequences. https://toml.io/en/v1.0.0 */
export const readToml: DataReader = (text, fail) => {
  const root = growingMap(0);
  for (const part of parse(text, fail).body[0].body) {
    if (part.type === 'TOMLKeyValue') addPair(root, part);
    else {
      const table = tableAt(root, part.resolvedKey, part.range[0]);
      for (const pair of part.body) addPair(table, pair);
    }
  }
  return root;
};

function parse(text: string, fail: Parameters<DataReader>[1]): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    if (error instanceof ParseError) throw fail(error.index, 'it cannot be read here');
    throw error;
  }
}

/** The table at a path; it is created if it is absent. An index leads into a sequence of tables. */
function tableAt(root: GrowingMap, path: readonly (string | number)[], start: number): GrowingMap {
  let table: GrowingMap = root;
  for (const [depth, key] of path.entries()) {
    if (typeof key === 'number') continue;
    const index = path[depth + 1];
    const found = table.fields.get(key)?.value;
    const value =
      found ?? (typeof index === 'number' ? { kind: 'sequence', start, items: [] } : growingMap(start));
    if (found === undefined) addField(table, scalarNode({ start, end: start }, key, 'bare'), value, start);
    table = enter(value, index, start);
  }
  return table;
}

function enter(value: YamlNode, index: string | number | undefined, start: number): GrowingMap {
  if (value.kind === 'sequence' && typeof index === 'number') {
    const items = value.items as YamlNode[];
    const item = items[index] ?? growingMap(start);
    items[index] = item;
    return enter(item, undefined, start);
  }
  return isGrowing(value) ? value : growingMap(start);
}

function isGrowing(value: YamlNode): value is GrowingMap {
  return value.kind === 'map' && value.fields instanceof Map;
}

function addPair(table: GrowingMap, { key, value }: AST.TOMLKeyValue): void {
  const names = key.keys.map(part =>
    scalarNode(span(part), part.type === 'TOMLBare' ? part.name : part.value, 'bare'),
  );
  const last = names.at(-1);
  if (last === undefined) return;
  const holder = tableAt(
    table,
    names.slice(0, -1).map(({ text }) => text),
    last.start,
  );
  addField(holder, last, nodeOf(value), value.range[1]);
}

function nodeOf(node: AST.TOMLContentNode): YamlNode {
  switch (node.type) {
    case 'TOMLArray':
      return { kind: 'sequence', start: node.range[0], items: node.elements.map(nodeOf) };
    case 'TOMLInlineTable': {
      const table = growingMap(node.range[0]);
      for (const pair of node.body) addPair(table, pair);
      return table;
    }
    case 'TOMLValue':
      return scalarNode(span(node), String(node.value), styleOf(node));
  }
}

/** A number or a date cannot become a tag with a digest, so its style is one that no edit changes. */
function styleOf(node: AST.TOMLValue): YamlScalar['style'] {
  if (node.kind !== 'string' || node.multiline) return 'lines';
  return node.style === 'basic' ? 'double' : 'single';
}

function span({ range: [start, end] }: { readonly range: readonly [number, number] }) {
  return { start, end };
}
