import { dirname, join } from 'node:path/posix';
import type { Pin } from '../../pins/pin.ts';
import {
  kustomizationValue,
  type Layer,
  layersOf,
  names,
  patchesOf,
  transformationsOf,
} from './kustomization-layers.ts';

/** An image that a kustomization gets an entry for, with the pin in what it builds on. */
export interface EntryToAdd {
  readonly repository: string;
  readonly tag: string;
}

/** The entries that a kustomization gets, and the images for which a person has to write them. */
export interface MissingEntries {
  readonly entries: readonly EntryToAdd[];
  /** Images whose tag more than one place decides: an entry could change what is deployed. */
  readonly unclear: readonly string[];
}

type Pins = ReadonlyMap<string, readonly Pin[]>;

/** A patch whose text may set an image in a way that is not read. */
const SETS_IMAGE = /\bimage["']?\s*:|\/image\b/;

/**
 * The images of Kubernetes objects that a kustomization builds on and has no `images:` for. There are none
 * for a component, or if it has entries already. An image that one of its patches pins needs no entry.
 */
export function missingEntries(path: string, texts: ReadonlyMap<string, string>, pins: Pins): MissingEntries {
  const layers = takesEntries(texts.get(path) ?? '') ? layersOf(path, texts) : [];
  const based = layers.flatMap(layer => resourcesOf(layer).flatMap(file => pins.get(file) ?? []));
  const byRepository = Map.groupBy(
    based.filter(({ format, tag }) => format === 'kubernetes' && tag !== undefined),
    ({ repository }) => repository,
  );
  const [own, ...others] = layers;
  const patchedBy = (layer: Layer) => patchesOf(layer).files.flatMap(file => pins.get(file) ?? []);
  const entries: EntryToAdd[] = [];
  const unclear: string[] = [];
  for (const [repository, found] of byRepository) {
    const isPatched = (layer: Layer) => patchedBy(layer).some(pin => pin.repository === repository);
    const [tag, ...more] = new Set(found.map(pin => pin.tag));
    if (repository === undefined || tag === undefined || own === undefined || isPatched(own)) continue;
    const isUnclear =
      more.length > 0 ||
      found.some(({ digest }) => digest !== undefined) ||
      others.some(layer => isPatched(layer) || names(layer, repository)) ||
      layers.some(layer => mayBePatched(layer, texts, pins));
    if (isUnclear) unclear.push(repository);
    else entries.push({ repository, tag });
  }
  return { entries, unclear };
}

/** The text with an `images:` list at its end: the same tags as before, so that nothing else is deployed. */
export function withEntries(text: string, entries: readonly EntryToAdd[]): string {
  const lines = entries.flatMap(({ repository, tag }) => [
    `  - name: ${repository}`,
    `    newTag: ${JSON.stringify(tag)}`,
  ]);
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}images:\n${lines.join('\n')}\n`;
}

/** Whether a list can be added as text, which fits only if the file ends in a plain block. */
function takesEntries(text: string): boolean {
  const value = kustomizationValue(text);
  const { kind = 'Kustomization', images, resources, bases } = value ?? {};
  const isWhole = value !== undefined && kind === 'Kustomization' && images === undefined;
  return isWhole && (resources ?? bases) !== undefined && !/^\s*[{[]|^\.\.\./m.test(text);
}

function resourcesOf({ path, value }: Layer): readonly string[] {
  const listed = [value.resources, value.bases].flat().filter(entry => typeof entry === 'string');
  return listed.map(entry => join(dirname(path), entry));
}

function mayBePatched(layer: Layer, texts: ReadonlyMap<string, string>, pins: Pins): boolean {
  const { files, texts: inline } = patchesOf(layer);
  const unread = files.filter(file => (pins.get(file) ?? []).length === 0).map(file => texts.get(file) ?? '');
  return (
    [...inline, ...unread].some(text => SETS_IMAGE.test(text)) ||
    transformationsOf(layer, texts).some(text => text === undefined || /image/i.test(text))
  );
}
