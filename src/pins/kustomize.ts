import type { PinTarget } from './pin.ts';
import { readRepository } from './reference.ts';
import { styled, writeScalar } from './scalar.ts';
import { type EntrySite, pinAt, type Site } from './site.ts';
import type { Splice } from './splice.ts';
import { items, requireUnique, type Spot, scalarAt, textAt } from './spot.ts';
import { editTag, editTagAndDigest, readTagAndDigest } from './tag-and-digest.ts';
import type { YamlField } from './tree.ts';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const KINDS = ['Kustomization', 'Component'];

/** Whether a document's root is a kustomization or a component: by its kind, or by the file's name. */
export function isKustomization(root: Spot): boolean {
  const name = root.source.file.slice(root.source.file.lastIndexOf('/') + 1);
  const isKind =
    textAt(root, 'apiVersion').startsWith('kustomize.config.k8s.io/') && KINDS.includes(textAt(root, 'kind'));
  return isKind || FILES.includes(name);
}

/**
 * The pins of a kustomization's `images`.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
 */
export function entrySites(images: Spot | undefined): readonly Site[] {
  return items(images).flatMap(entry => entrySite(entry) ?? []);
}

/**
 * The splices that make an entry hold the target. `name`, which selects the image, is never edited; a missing
 * `digest`, and a missing `newName` where the repository differs, are inserted.
 */
export function editEntry(site: EntrySite, target: PinTarget): readonly Splice[] {
  const { pin, newName, tag, digest } = site;
  const repository =
    pin.repository === target.repository
      ? []
      : newName
        ? writeScalar(newName, target.repository)
        : insertField(site, 'name', 'newName', target.repository);
  if (digest !== undefined || tag?.node.text.includes('@')) {
    return [...repository, ...editTagAndDigest(site, target)];
  }
  const beside = tag ? 'newTag' : newName ? 'newName' : 'name';
  return [...repository, ...editTag(site, target), ...insertField(site, beside, 'digest', target.digest)];
}

function entrySite(entry: Spot): EntrySite | undefined {
  if (entry.node.kind !== 'map') return undefined;
  const name = scalarAt(entry, 'name');
  const newName = scalarAt(entry, 'newName');
  const tag = scalarAt(entry, 'newTag');
  const digest = scalarAt(entry, 'digest');
  const repositoryText = newName?.node.text || name?.node.text || '';
  const repository = readRepository(repositoryText);
  const read = readTagAndDigest({ tag, digest });
  if (name === undefined || repository === undefined || read === undefined) return undefined;
  for (const scalar of [name, newName]) if (scalar) requireUnique(scalar);
  const pin = pinAt(entry, tag ?? digest ?? name, { format: 'kustomize', repository, ...read });
  return {
    kind: 'entry',
    pin,
    repositoryText,
    entry: { ...entry, node: entry.node },
    name,
    newName,
    tag,
    digest,
  };
}

function insertField({ entry }: EntrySite, after: string, key: string, value: string): readonly Splice[] {
  const { node, source } = entry;
  const beside = node.fields.get(after);
  if (beside === undefined) return [];
  const style = beside.key.style === 'lines' ? 'plain' : beside.key.style;
  const field = `${styled(key, style)}: ${styled(value, style)}`;
  if (node.flow) return [{ start: beside.end, end: beside.end, text: `, ${field}` }];
  return [newLine(source.text, beside, field)];
}

function newLine(text: string, { key, end: from }: YamlField, field: string): Splice {
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const indent = ' '.repeat(text.slice(lineStart, key.start).length);
  const feed = text.indexOf('\n', from);
  const isCrlf = feed < 0 ? text.includes('\r\n') : text[feed - 1] === '\r';
  const end = feed < 0 ? text.length : isCrlf ? feed - 1 : feed;
  return { start: end, end, text: `${isCrlf ? '\r\n' : '\n'}${indent}${field}` };
}
