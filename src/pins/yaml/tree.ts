import { isAlias, isMap, isScalar, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';

/** A YAML node with its place in the text. An alias is the node that it names, so a tree may share nodes. */
export type YamlNode = YamlScalar | YamlMap | YamlSequence;

/** A scalar as it is written, without regard to its type. */
export interface YamlScalar {
  readonly kind: 'scalar';
  /** The value's first character. Quotes are included; anchor, tag and comment are not. */
  readonly start: number;
  readonly end: number;
  /** Empty for a null. */
  readonly text: string;
  /**
   * `lines`: a block scalar, or one that spans lines; it can be read but not edited. `bare`: written without
   * quotes in a text that is not YAML.
   */
  readonly style: 'plain' | 'single' | 'double' | 'lines' | 'bare';
}

/** A mapping. Merge keys are stored like other fields; `child` follows them. */
export interface YamlMap {
  readonly kind: 'map';
  readonly start: number;
  readonly flow: boolean;
  readonly fields: ReadonlyMap<string, YamlField>;
}

/** One key of a mapping and its value, which a flow mapping may omit: `{ key }`. */
export interface YamlField {
  readonly key: YamlScalar;
  readonly value: YamlNode | undefined;
  /** The end of the value in this place, or of the key if it has no value. */
  readonly end: number;
  /** The offset of the key's second occurrence. */
  readonly repeatedAt: number | undefined;
}

/** A sequence. */
export interface YamlSequence {
  readonly kind: 'sequence';
  readonly start: number;
  readonly items: readonly YamlNode[];
}

/** A document's nodes, and the places of aliases. */
export interface YamlTree {
  readonly root: YamlNode;
  /** The places of each node's aliases. */
  readonly aliases: ReadonlyMap<YamlNode, readonly AliasPlace[]>;
  /** The mappings that merge each mapping in. */
  readonly mergedBy: ReadonlyMap<YamlNode, readonly YamlMap[]>;
}

/** A place where an alias refers to a node. */
interface AliasPlace {
  readonly holder: YamlNode;
  readonly key: string | number;
}

/** The key whose mappings are merged under a mapping's own keys. https://yaml.org/type/merge.html */
export const MERGE = '<<';

/** Makes the error for a text that parses but is not usable YAML. */
export type Refuse = (offset: number, problem: 'template' | 'alias') => Error;

const NULL = /^(?:~|null|Null|NULL)?$/;

/** Builds a document's tree from the library's nodes. Every node is visited once, so aliases cost nothing. */
export function buildTree(contents: ParsedNode, text: string, refuse: Refuse): YamlTree {
  const anchors = new Map<string, YamlNode>();
  const aliases = new Map<YamlNode, AliasPlace[]>();
  const mergedBy = new Map<YamlNode, YamlMap[]>();

  function build(node: ParsedNode): YamlNode {
    if (isAlias(node)) {
      const anchored = anchors.get(node.source);
      if (anchored === undefined) throw refuse(node.range[0], 'alias');
      return anchored;
    }
    if (isScalar(node)) return named(node.anchor, scalar(node, text));
    if (isMap(node)) return buildMap(node);
    const items: YamlNode[] = [];
    const sequence = named(node.anchor, { kind: 'sequence', start: node.range[0], items });
    for (const item of node.items) {
      const built = build(item);
      if (isAlias(item)) noteAlias(built, sequence, items.length);
      items.push(built);
    }
    return sequence;
  }

  function buildMap(node: YAMLMap.Parsed): YamlNode {
    if (text.startsWith('{{', node.range[0])) throw refuse(node.range[0], 'template');
    const fields = new Map<string, YamlField>();
    const map = named(node.anchor, { kind: 'map', start: node.range[0], flow: node.flow === true, fields });
    for (const pair of node.items) {
      const key = build(pair.key);
      const value = pair.value === null ? undefined : build(pair.value);
      if (key.kind !== 'scalar') continue;
      noteUses(map, key.text, value, isAlias(pair.value));
      const end = pair.value?.range[1] ?? key.end;
      const field = fields.get(key.text) ?? { key, value, end, repeatedAt: undefined };
      fields.set(key.text, field.key === key ? field : { ...field, repeatedAt: key.start });
    }
    return map;
  }

  function noteUses(map: YamlMap, key: string, value: YamlNode | undefined, isAliased: boolean): void {
    if (value !== undefined && isAliased) noteAlias(value, map, key);
    if (key === MERGE) noteMerge(map, value);
  }

  function noteAlias(node: YamlNode, holder: YamlNode, key: string | number): void {
    const places = aliases.get(node);
    if (places === undefined) aliases.set(node, [{ holder, key }]);
    else places.push({ holder, key });
  }

  function noteMerge(map: YamlMap, value: YamlNode | undefined): void {
    for (const base of value?.kind === 'sequence' ? value.items : [value]) {
      if (base?.kind !== 'map') continue;
      const maps = mergedBy.get(base);
      if (maps === undefined) mergedBy.set(base, [map]);
      else maps.push(map);
    }
  }

  function named<Node extends YamlNode>(anchor: string | undefined, node: Node): Node {
    if (anchor !== undefined) anchors.set(anchor, node);
    return node;
  }

  return { root: build(contents), aliases, mergedBy };
}

/** https://yaml.org/type/binary.html */
const BINARY = 'tag:yaml.org,2002:binary';

function scalar({ range: [start, end], value, type, tag }: Scalar.Parsed, text: string): YamlScalar {
  // Programs that read such a value decode it, so it can name an image. No edit is made to it.
  if (tag === BINARY) return { kind: 'scalar', start, end, text: decoded(String(value)), style: 'lines' };
  const plain = type === 'PLAIN';
  const read = String(value);
  return { kind: 'scalar', start, end, text: plain && NULL.test(read) ? '' : read, style: style() };

  function style(): YamlScalar['style'] {
    if (text.slice(start, end).includes('\n')) return 'lines';
    if (plain) return 'plain';
    return type === 'QUOTE_DOUBLE' ? 'double' : type === 'QUOTE_SINGLE' ? 'single' : 'lines';
  }
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
