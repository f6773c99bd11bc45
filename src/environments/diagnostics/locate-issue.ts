import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
} from 'yaml';
import type { Span } from './excerpt.ts';
import type { Issue } from './issue.ts';

/** The text of an issue's key or value; if it is missing, of the nearest key above. */
export function spanOf(document: Document, { path, at }: Issue): Span {
  let value: unknown = document.contents;
  let key: Node | undefined;
  for (const segment of path) {
    const found = child(document, value, segment);
    if (found === undefined) return rangeOf(key ?? value);
    ({ key, value } = found);
  }
  const showKey = key !== undefined && (at === 'key' || isCollection(value) || isEmpty(value));
  return rangeOf(showKey ? key : value);
}

interface Child {
  /** Absent in a sequence. */
  readonly key: Node | undefined;
  readonly value: unknown;
}

function child(document: Document, parent: unknown, segment: PropertyKey): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isMap(node)) {
    const pair = node.items.find(item => keyOf(item) === segment);
    return pair && { key: isNode(pair.key) ? pair.key : undefined, value: pair.value };
  }
  if (isSeq(node) && typeof segment === 'number' && segment in node.items) {
    return { key: undefined, value: node.items[segment] };
  }
  return undefined;
}

/** A pair's key as the string it stands for. */
export function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function isEmpty(node: unknown): boolean {
  return isScalar(node) && (node.value === null || node.source === '');
}

/** The node's own characters, without comments and spaces after it. */
export function rangeOf(node: unknown): Span {
  const range = isNode(node) ? node.range : undefined;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}
