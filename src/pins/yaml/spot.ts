import { formatPath, type Path } from '../path.ts';
import { invalidAt, type Spot, type YamlFile } from './source.ts';
import { MERGE, type YamlMap, type YamlNode, type YamlScalar, type YamlSequence } from './tree.ts';

/** The root of each document that contains anything. */
export function roots(source: YamlFile): readonly Spot[] {
  return source.documents.flatMap((tree, document) =>
    tree === undefined ? [] : [{ source, document, node: tree.root, way: undefined }],
  );
}

/** The value under a key or at an index. A mapping's merge keys count too. Undefined where there is none. */
export function child(spot: Spot | undefined, key: string | number): Spot | undefined {
  return spot === undefined ? undefined : lookUp(spot, key, new Set());
}

function lookUp(spot: Spot, key: string | number, seen: Set<YamlNode>): Spot | undefined {
  const { node } = spot;
  if (node.kind === 'sequence') return step({ ...spot, node }, key, node.items[Number(key)]);
  if (node.kind === 'scalar' || seen.has(node)) return undefined;
  seen.add(node);
  const own = node.fields.get(String(key));
  if (own !== undefined) return step({ ...spot, node }, key, own.value);
  for (const base of merged({ ...spot, node })) {
    const found = lookUp(base, key, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The mappings that `<<` merges under a mapping's keys; the first wins. https://yaml.org/type/merge.html */
function merged(spot: Spot<YamlMap>): readonly Spot[] {
  const base = step(spot, MERGE, spot.node.fields.get(MERGE)?.value);
  return base?.node.kind === 'sequence' ? items(base) : base === undefined ? [] : [base];
}

/** A sequence's items; none where the spot is anything else. */
export function items(spot: Spot | undefined): readonly Spot[] {
  if (spot?.node.kind !== 'sequence') return [];
  const { node } = spot;
  return node.items.flatMap((item, index) => step({ ...spot, node }, index, item) ?? []);
}

/** A mapping's keys, then those that it merges in. */
export function keysOf(spot: Spot | undefined): readonly string[] {
  const keys = new Set<string>();
  const seen = new Set<YamlNode>();
  const visit = (at: Spot) => {
    const { node } = at;
    if (node.kind !== 'map' || seen.has(node)) return;
    seen.add(node);
    for (const key of node.fields.keys()) if (key !== MERGE) keys.add(key);
    for (const base of merged({ ...at, node })) visit(base);
  };
  if (spot !== undefined) visit(spot);
  return [...keys];
}

/** A mapping's values, then those that it merges in; none where the spot is anything else. */
export function values(spot: Spot | undefined): readonly Spot[] {
  return keysOf(spot).flatMap(key => child(spot, key) ?? []);
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

/** Every mapping at and below a spot, in the order of the text. Each counts once, whatever its aliases. */
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
    for (const [key, { value }] of spot.node.fields) visit(step({ ...spot, node: spot.node }, key, value));
  };
  visit(top);
  return found;
}

/** Whether an alias gives the node a second place. */
export function isShared({ source, document, node }: Spot): boolean {
  return source.documents[document]?.aliases.has(node) ?? false;
}

/**
 * The document's index and the path, after those of the string that contains the document. It is unique in
 * the file once `requireUnique` has passed.
 */
export function locatorOf(spot: Spot): string {
  const own = `${spot.document}:${formatPath(pathTo(spot))}`;
  const holder = spot.source.inside?.holder;
  return holder === undefined ? own : `${locatorOf(holder)} ${own}`;
}

/** The keys that lead to a spot. An element of a list has its `name`, so that others may come and go. */
export function namedWay({ way, source }: Spot): string {
  if (way === undefined) return source.inside === undefined ? '' : `${namedWay(source.inside.holder)} `;
  const { from, key } = way;
  const step = from.node.kind === 'sequence' ? `[${textAt(child(from, key), 'name')}]` : `.${key}`;
  return `${namedWay(from)}${step}`;
}

/** Whether no key on the way to the spot is given twice. */
export function isUnique({ source, way }: Spot): boolean {
  if (way === undefined) return source.inside === undefined || isUnique(source.inside.holder);
  const { from, key } = way;
  const field = from.node.kind === 'map' ? from.node.fields.get(String(key)) : undefined;
  return field?.repeatedAt === undefined && isUnique(from);
}

/** Throws `INVALID` if a key on the way to the spot is given twice: readers differ in which value counts. */
export function requireUnique({ source, way }: Spot): void {
  if (way === undefined) {
    if (source.inside) requireUnique(source.inside.holder);
    return;
  }
  const { from, key } = way;
  const repeatedAt = from.node.kind === 'map' ? from.node.fields.get(String(key))?.repeatedAt : undefined;
  if (repeatedAt !== undefined) {
    throw invalidAt(
      source,
      repeatedAt,
      `the key ${key} is given twice on the path to a pin`,
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

/** Every scalar value at and below a spot. Each counts once, even if several aliases name it. */
export function scalarsIn(top: Spot): readonly Spot<YamlScalar>[] {
  const found: Spot<YamlScalar>[] = [];
  const seen = new Set<YamlNode>();
  const visit = (spot: Spot | undefined) => {
    if (spot === undefined || seen.has(spot.node)) return;
    const { node } = spot;
    seen.add(node);
    if (node.kind === 'scalar') found.push({ ...spot, node });
    else if (node.kind === 'sequence') for (const item of items(spot)) visit(item);
    else for (const [key, { value }] of node.fields) visit(step({ ...spot, node }, key, value));
  };
  visit(top);
  return found;
}
