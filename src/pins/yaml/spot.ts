import { formatPath, type Path } from '../path.ts';
import { invalidAt, type YamlFile } from './document.ts';
import type { YamlMap, YamlNode, YamlScalar, YamlSequence } from './tree.ts';

/** A node of a deployment file and the way to it from its document's root. */
export interface Spot<Node extends YamlNode = YamlNode> {
  readonly source: YamlFile;
  /** The document's index in the file. */
  readonly document: number;
  readonly node: Node;
  readonly way: { readonly from: Spot<YamlMap | YamlSequence>; readonly key: string | number } | undefined;
}

/** The root of each document that holds anything. */
export function roots(source: YamlFile): readonly Spot[] {
  return source.documents.flatMap((tree, document) =>
    tree === undefined ? [] : [{ source, document, node: tree.root, way: undefined }],
  );
}

/** The value under a key or at an index; undefined where there is none. */
export function child(spot: Spot | undefined, key: string | number): Spot | undefined {
  if (spot === undefined) return undefined;
  const { node } = spot;
  if (node.kind === 'map') return step({ ...spot, node }, key, node.fields.get(String(key))?.value);
  if (node.kind === 'sequence') return step({ ...spot, node }, key, node.items[Number(key)]);
  return undefined;
}

/** A sequence's items; none where the spot is anything else. */
export function items(spot: Spot | undefined): readonly Spot[] {
  if (spot?.node.kind !== 'sequence') return [];
  const { node } = spot;
  return node.items.flatMap((item, index) => step({ ...spot, node }, index, item) ?? []);
}

/** A mapping's values in the order of the text; none where the spot is anything else. */
export function values(spot: Spot | undefined): readonly Spot[] {
  if (spot?.node.kind !== 'map') return [];
  return [...spot.node.fields.keys()].flatMap(key => child(spot, key) ?? []);
}

/** The scalar under a key; undefined where there is none or it is a collection. */
export function scalarAt(spot: Spot | undefined, key: string): Spot<YamlScalar> | undefined {
  const found = child(spot, key);
  return found?.node.kind === 'scalar' ? { ...found, node: found.node } : undefined;
}

/** The text of the scalar under a key; empty where there is none. */
export function textAt(spot: Spot | undefined, key: string): string {
  return scalarAt(spot, key)?.node.text ?? '';
}

/** Every mapping at and below a spot, in the order of the text and each once however many aliases name it. */
export function mappings(top: Spot | undefined): readonly Spot<YamlMap>[] {
  const found: Spot<YamlMap>[] = [];
  const seen = new Set<YamlNode>();
  const visit = (spot: Spot | undefined) => {
    if (spot === undefined || spot.node.kind === 'scalar' || seen.has(spot.node)) return;
    seen.add(spot.node);
    if (spot.node.kind === 'sequence') {
      for (const item of items(spot)) visit(item);
      return;
    }
    found.push({ ...spot, node: spot.node });
    for (const key of spot.node.fields.keys()) visit(child(spot, key));
  };
  visit(top);
  return found;
}

/** Whether an alias gives the node a second place. */
export function isShared({ source, document, node }: Spot): boolean {
  return source.documents[document]?.shared.has(node) ?? false;
}

/** The document's index and the path, unique within the file once `requireUnique` has passed. */
export function locatorOf(spot: Spot): string {
  return `${spot.document}:${formatPath(pathTo(spot))}`;
}

/** Throws `INVALID` where a key on the way to the spot stands twice: readers differ in which of them counts. */
export function requireUnique({ source, way }: Spot): void {
  if (way === undefined) return;
  const { from, key } = way;
  const repeatedAt = from.node.kind === 'map' ? from.node.fields.get(String(key))?.repeatedAt : undefined;
  if (repeatedAt !== undefined) {
    throw invalidAt(
      source,
      repeatedAt,
      `the key ${key} stands twice on the way to a pin`,
      'remove one of them',
    );
  }
  requireUnique(from);
}

function step(from: Spot<YamlMap | YamlSequence>, key: string | number, node: YamlNode | undefined) {
  if (node === undefined) return undefined;
  const { source, document } = from;
  return { source, document, node, way: { from, key } };
}

function pathTo({ way }: Spot): Path {
  return way === undefined ? [] : [...pathTo(way.from), way.key];
}
