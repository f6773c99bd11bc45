import { formatReference } from '../../oci/reference.ts';
import type { DocumentFormat } from '../format.ts';
import type { PinTarget } from '../pin.ts';
import { readRepository } from '../site/reference.ts';
import { type Keys, type PinSite, pinAt } from '../site/site.ts';
import { editTag, editTagAndDigest, readTagAndDigest } from '../site/tag-and-digest.ts';
import type { Splice } from '../text/splice.ts';
import { outermost } from '../yaml/nested.ts';
import { styled, writeScalar } from '../yaml/scalar.ts';
import { ownFile, type Spot } from '../yaml/source.ts';
import { child, items, requireUnique, scalarAt, textAt } from '../yaml/spot.ts';
import type { YamlField } from '../yaml/tree.ts';
import { helm } from './helm.ts';
import { addEntry } from './kustomize-entries.ts';

/**
 * The `images` of kustomizations and components, and the values of their charts. The kind or the file's name
 * shows that a file is one. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
 */
export const kustomize: DocumentFormat = {
  name: 'kustomize',
  is: root => {
    const file = ownFile(root);
    const isGroup = textAt(root, 'apiVersion').startsWith('kustomize.config.k8s.io/');
    return (
      (isGroup && KINDS.includes(textAt(root, 'kind'))) ||
      FILES.includes(file.slice(file.lastIndexOf('/') + 1))
    );
  },
  sites: (root, around) => [
    ...entrySites(child(root, 'images')),
    ...items(child(root, 'helmCharts')).flatMap(chart => {
      const values = child(chart, 'valuesInline');
      return values === undefined ? [] : helm.sites(values, around);
    }),
  ],
  edit: editEntry,
};

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const KINDS = ['Kustomization', 'Component'];

/** The pins of a list of images as a kustomization has it. */
export function entrySites(images: Spot | undefined): readonly PinSite[] {
  return items(images).flatMap(entry => entrySite(entry) ?? []);
}

/**
 * The splices that make an entry contain the target. `name`, which selects the image, is never edited; a missing
 * `digest`, and a missing `newName` where the repository differs, are inserted.
 */
function editEntry(site: PinSite, target: PinTarget): readonly Splice[] {
  const { pin, parts } = site;
  if (parts.kind === 'added') return addEntry(site, parts, target);
  if (parts.kind !== 'keys') return [];
  const { repository: newName, tag, digest } = parts;
  const repository =
    pin.repository === target.repository
      ? []
      : newName
        ? writeScalar(newName, target.repository)
        : insertField(parts, 'name', 'newName', target.repository);
  if (digest !== undefined || target.digest === undefined || tag?.node.text.includes('@')) {
    return [...repository, ...editTagAndDigest(parts, target)];
  }
  const beside = tag ? 'newTag' : newName ? 'newName' : 'name';
  return [...repository, ...editTag(parts, target), ...insertField(parts, beside, 'digest', target.digest)];
}

function entrySite(entry: Spot): PinSite | undefined {
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
  const named = { repository, ...read };
  return {
    kind: 'pin',
    pin: pinAt(entry, tag ?? digest ?? name, { format: 'kustomize', ...named }),
    written: formatReference(named),
    repositoryText,
    parts: { kind: 'keys', entry: { ...entry, node: entry.node }, name, repository: newName, tag, digest },
  };
}

function insertField({ entry }: Keys, after: string, key: string, value: string): readonly Splice[] {
  const beside = entry?.node.fields.get(after);
  if (entry === undefined || beside === undefined) return [];
  const { node, source } = entry;
  const style = beside.key.style === 'lines' ? 'plain' : beside.key.style;
  const field = `${styled(key, style)}: ${styled(value, style)}`;
  const splice = node.flow
    ? { start: beside.end, end: beside.end, text: `, ${field}` }
    : newLine(source.text, beside, field);
  return [outermost(source, splice)];
}

function newLine(text: string, { key, end: from }: YamlField, field: string): Splice {
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1;
  const indent = ' '.repeat(text.slice(lineStart, key.start).length);
  const feed = text.indexOf('\n', from);
  const isCrlf = feed < 0 ? text.includes('\r\n') : text[feed - 1] === '\r';
  const end = feed < 0 ? text.length : isCrlf ? feed - 1 : feed;
  return { start: end, end, text: `${isCrlf ? '\r\n' : '\n'}${indent}${field}` };
}
