import { PromoteError } from '../../errors.ts';
import { formatReference } from '../../oci/reference.ts';
import type { NewEntry } from '../new-entry.ts';
import type { PinTarget } from '../pin.ts';
import type { AddedEntry, PinSite, Site } from '../site/site.ts';
import type { Splice } from '../text/splice.ts';
import { styled } from '../yaml/scalar.ts';
import { positionAt, type Spot } from '../yaml/source.ts';
import { child, items, keysOf, textAt } from '../yaml/spot.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** The keys and values of an entry, in the order in which they are written. */
type Fields = readonly (readonly [key: string, value: string | undefined])[];

/**
 * The sites of a kustomization, and a site for each entry that it lacks. A lacking entry has the base's pin
 * until an edit adds it. These entries are located by name, so the edit keeps their locators.
 */
export function withNewEntries(
  sites: readonly Site[],
  root: Spot,
  entries: readonly NewEntry[],
): readonly Site[] {
  const isNew = new Set(entries.map(({ name }) => name));
  const there = new Set<string>();
  const named = sites.map((site): Site => {
    if (site.kind !== 'pin' || site.parts.kind !== 'keys' || site.parts.entry === undefined) return site;
    const name = site.parts.name?.node.text ?? '';
    if (!isNew.has(name) || there.has(name)) return site;
    there.add(name);
    return { ...site, pin: { ...site.pin, locator: locatorOf(name) } };
  });
  const written = new Set(items(child(root, 'images')).map(entry => textAt(entry, 'name')));
  const missing = entries.filter(({ name }) => !there.has(name) && !written.has(name));
  return [...named, ...missing.map(entry => siteOf(root, entry))];
}

function locatorOf(name: string): string {
  return `0:images[name=${name}]`;
}

function siteOf(root: Spot, { name, repository, tag, digest }: NewEntry): PinSite {
  const { source, node } = root;
  const { line } = positionAt(source, (child(root, 'images') ?? root).node.start ?? node.start);
  const pin = {
    file: source.file,
    locator: locatorOf(name),
    format: 'kustomize',
    line,
    repository,
    tag,
    digest,
  } as const;
  const written = formatReference({ repository, tag, digest });
  return { kind: 'pin', pin, written, repositoryText: name, parts: { kind: 'added', root, name } };
}

/** The splices that add an entry to a kustomization, in the style of the file. Throws `INVALID` where none fits. */
export function addEntry({ pin }: PinSite, { root, name }: AddedEntry, target: PinTarget): readonly Splice[] {
  const fields: Fields = [
    ['name', name],
    ['newName', pin.repository === target.repository ? undefined : target.repository],
    ['newTag', target.tag],
    ['digest', target.digest],
  ];
  const place = placeFor(root);
  if (place === undefined) {
    throw new PromoteError('INVALID', `${pin.file}:${pin.line}: an entry of images cannot be added here`, {
      hint: `add by hand: ${entryText(root, { name, repository: target.repository, tag: target.tag })}`,
    });
  }
  const { at, header, before, flow, feed } = place;
  const text = flow ? flowText(fields) : blockText(fields, before, feed);
  const splice = { start: at, end: at, text: `${feed}${before}${text}` };
  return header === undefined ? [splice] : [{ start: at, end: at, text: `${feed}${header}` }, splice];
}

/** An entry in one line, for a person to paste. */
export function entryText(root: Spot, { name, tag, digest }: NewEntry): string {
  const fields: Fields = [
    ['name', name],
    ['newTag', tag],
    ['digest', digest],
  ];
  const isListed = items(child(root, 'images')).length > 0;
  return isListed ? `- ${flowText(fields)}` : `images: [${flowText(fields)}]`;
}

interface Place {
  readonly at: number;
  /** The header of the list, where the file has no list yet. */
  readonly header?: string | undefined;
  /** The start of each entry's line: `  - `. */
  readonly before: string;
  readonly flow: boolean;
  readonly feed: string;
}

/** The place after the last entry, else after `images:`, else at the end of the only document. */
function placeFor({ source, node }: Spot): Place | undefined {
  const { text } = source;
  if (node.kind !== 'map' || node.flow || source.documents.length !== 1 || /^\.\.\./m.test(text))
    return undefined;
  const feed = text.includes('\r\n') ? '\r\n' : '\n';
  const field = node.fields.get('images');
  const images = field?.value;
  const indent = ' '.repeat(columnOf(text, node.start));
  if (field === undefined) {
    const at = text.trimEnd().length;
    return { at, header: `${indent}images:`, before: dashOf(source, node, indent), flow: false, feed };
  }
  if (images === undefined || (images.kind === 'scalar' && images.text === '')) {
    return { at: lineEnd(text, field.key.end), before: dashOf(source, node, indent), flow: false, feed };
  }
  const last = images.kind === 'sequence' ? images.items.at(-1) : undefined;
  const before = last && dashBefore(text, last);
  if (last?.kind !== 'map' || before === undefined) return undefined;
  const ends = [...last.fields.values()].map(({ end }) => end);
  return { at: lineEnd(text, Math.max(...ends) - 1), before, flow: last.flow, feed };
}

/** The start of an entry, in the style of the file's other lists. */
function dashOf({ text }: Spot['source'], node: YamlNode, indent: string): string {
  const lists = node.kind === 'map' ? [...node.fields.values()].map(({ value }) => value) : [];
  const first = lists.flatMap(value => (value?.kind === 'sequence' ? value.items.slice(0, 1) : []));
  return first.map(item => dashBefore(text, item)).find(before => before !== undefined) ?? `${indent}- `;
}

function dashBefore(text: string, { start }: YamlNode): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return /^ *- +$/.test(before) ? before : undefined;
}

function columnOf(text: string, offset: number): number {
  return (
    offset - (text.lastIndexOf('\n', offset - 1) + 1) - (text.startsWith('\uFEFF') && offset === 1 ? 1 : 0)
  );
}

function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  const end = feed < 0 ? text.length : feed;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function blockText(fields: Fields, before: string, feed: string): string {
  return written(fields).join(`${feed}${' '.repeat(before.length)}`);
}

function flowText(fields: Fields): string {
  return `{ ${written(fields).join(', ')} }`;
}

function written(fields: Fields): readonly string[] {
  return fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${styled(value, 'plain')}`]));
}

/** The root of a kustomization, if it is the file's only document. */
export function kustomizationRoot(roots: readonly Spot[]): Spot | undefined {
  const [root, second] = roots;
  const kind = textAt(root, 'kind');
  const isOne = kind === 'Kustomization' || kind === 'Component' || kind === '';
  return second === undefined && isOne && keysOf(root).length > 0 ? root : undefined;
}
