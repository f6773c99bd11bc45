import type { YamlField, YamlMap, YamlNode, YamlScalar } from '../yaml/tree.ts';

/** Reads a text into the tree that rules' paths walk. `fail` makes the error for a malformed text. */
export type DataReader = (text: string, fail: (offset: number, reason: string) => Error) => YamlNode;

/** A mapping that grows while a text is read. */
export interface GrowingMap extends YamlMap {
  readonly fields: Map<string, YamlField>;
}

/** An empty mapping that begins at an offset. */
export function growingMap(start: number): GrowingMap {
  return { kind: 'map', start, flow: false, fields: new Map() };
}

/** A scalar of a text that is not YAML. */
export function scalarNode(
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
  style: YamlScalar['style'],
): YamlScalar {
  return { kind: 'scalar', start, end, text, style };
}

/** Adds a field to a mapping. If a key is given twice, the first value and the second place are kept. */
export function addField({ fields }: GrowingMap, key: YamlScalar, value: YamlNode, end: number): void {
  const field = fields.get(key.text);
  fields.set(
    key.text,
    field === undefined ? { key, value, end, repeatedAt: undefined } : { ...field, repeatedAt: key.start },
  );
}
