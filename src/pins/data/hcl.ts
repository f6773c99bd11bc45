import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { hclTokens, type Token } from './hcl-tokens.ts';
import { addField, type DataReader, type GrowingMap, growingMap, scalarNode } from './nodes.ts';

/**
 * Reads the literal values of HCL: attributes by their names, blocks by type and labels
 * (`module.api.image_tag`), objects and lists. A computed expression has no value here.
 * https://github.com/hashicorp/hcl/blob/v2.24.0/hclsyntax/spec.md
 */
export const readHcl: DataReader = (text, fail) => {
  const tokens = hclTokens(text, fail);
  let at = 0;

  function readBody(body: GrowingMap, end: string | undefined): void {
    for (let token = tokens[at]; token !== undefined && token.text !== end; token = tokens[at]) {
      if (token.kind === 'line' || token.text === ',') at += 1;
      else readEntry(body, token);
    }
    if (end !== undefined && tokens[at] === undefined)
      throw fail(body.start, `no ${end} closes what begins here`);
    at += 1;
  }

  /** An attribute, an object's entry, or a block with its labels. */
  function readEntry(body: GrowingMap, first: Token): void {
    const names: YamlScalar[] = [];
    for (let token = tokens[at]; token?.kind === 'word' || token?.kind === 'string'; token = tokens[at]) {
      names.push(nameOf(token));
      at += 1;
    }
    const next = tokens[at];
    const [name, ...labels] = names;
    if (name !== undefined && labels.length === 0 && (next?.text === '=' || next?.text === ':')) {
      at += 1;
      const value = readValue();
      if (value !== undefined) addField(body, name, value, tokens[at - 1]?.end ?? name.end);
    } else if (name !== undefined && next?.text === '{') {
      at += 1;
      readBody(blockAt(body, names, next.start), '}');
    } else skipExpression(first);
  }

  function readValue(): YamlNode | undefined {
    const token = tokens[at];
    const after = tokens[at + 1];
    const isWhole = after === undefined || after.kind === 'line' || /^[,}\]]$/.test(after.text);
    if (token?.text === '{') {
      at += 1;
      const object = growingMap(token.start);
      readBody(object, '}');
      return object;
    }
    if (token?.text === '[') return readList(token.start);
    if (token?.kind === 'string' && isWhole) {
      at += 1;
      return nameOf(token);
    }
    skipExpression(token);
    return undefined;
  }

  function readList(start: number): YamlNode {
    const items: YamlNode[] = [];
    at += 1;
    for (let token = tokens[at]; token?.text !== ']'; token = tokens[at]) {
      if (token === undefined) throw fail(start, 'no ] closes what begins here');
      if (token.kind === 'line' || token.text === ',') at += 1;
      else items.push(readValue() ?? scalarNode(token, '', 'lines'));
    }
    at += 1;
    return { kind: 'sequence', start, items };
  }

  /** Skips a computed expression. It ends with its line, or where the collection around it ends. */
  function skipExpression(first: Token | undefined): void {
    let depth = 0;
    for (let token = tokens[at]; token !== undefined; token = tokens[at]) {
      if (depth === 0 && token !== first && (token.kind === 'line' || /^[,}\]]$/.test(token.text))) return;
      if (/^[{[(]$/.test(token.text)) depth += 1;
      if (/^[}\])]$/.test(token.text)) depth -= 1;
      at += 1;
    }
  }

  const root = growingMap(0);
  readBody(root, undefined);
  return root;
};

function nameOf({ start, end, text, kind, value = text }: Token): YamlScalar {
  return scalarNode({ start, end }, value, kind === 'string' ? 'double' : 'bare');
}

/** The mapping that takes a block's attributes. Blocks with the same type and labels share one. */
function blockAt(body: GrowingMap, names: readonly YamlScalar[], start: number): GrowingMap {
  return names.reduce((map, name) => {
    const found = map.fields.get(name.text)?.value;
    if (found?.kind === 'map' && found.fields instanceof Map) return found as GrowingMap;
    const made = growingMap(start);
    addField(map, name, made, start);
    return made;
  }, body);
}
