import { dirname, join } from 'node:path/posix';
import { parseAllDocuments } from 'yaml';

type Texts = ReadonlyMap<string, string>;
type Value = Readonly<Record<string, unknown>>;

/** A kustomization of an overlay: the overlay's own, one that it builds on, or a component. */
export interface Layer {
  readonly path: string;
  readonly value: Value;
}

/** The kustomizations that an overlay is made of, itself first. Those outside of the repository are left out. */
export function layersOf(path: string, texts: Texts, seen = new Set<string>()): readonly Layer[] {
  const value = kustomizationValue(texts.get(path) ?? '');
  if (seen.has(path) || value === undefined) return [];
  seen.add(path);
  const below = [value.resources, value.bases, value.components].flatMap(textsIn).flatMap(entry => {
    const at = join(dirname(path), entry);
    const inner = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map(name => `${at}/${name}`);
    return inner.filter(name => texts.has(name)).flatMap(name => layersOf(name, texts, seen));
  });
  return [{ path, value }, ...below];
}

/** The one mapping of a kustomization's text; undefined where it is something else. */
export function kustomizationValue(text: string): Value | undefined {
  const documents = parseAllDocuments(text);
  const [document] = documents;
  if (documents.length !== 1 || document === undefined || document.errors.length > 0) return undefined;
  const value: unknown = document.toJS();
  return isValue(value) ? value : undefined;
}

/** The patches of a kustomization: the paths of those in files, and the texts of those within it. */
export function patchesOf({ path, value }: Layer): {
  readonly files: readonly string[];
  readonly texts: readonly string[];
} {
  const merged = textsIn(value.patchesStrategicMerge);
  const listed = [value.patches, value.patchesJson6902].flatMap(list => (Array.isArray(list) ? list : []));
  const named = listed.filter(isValue);
  const files = [
    ...merged.filter(text => !text.includes('\n')),
    ...named.flatMap(one => textsIn([one.path])),
  ];
  return {
    files: files.map(file => join(dirname(path), file)),
    texts: [...merged.filter(text => text.includes('\n')), ...named.flatMap(one => textsIn([one.patch]))],
  };
}

/** The texts of its transformers and replacements; undefined for one that is in no file of the repository. */
export function transformationsOf({ path, value }: Layer, texts: Texts): readonly (string | undefined)[] {
  const listed = [value.transformers, value.replacements].flatMap(list => (Array.isArray(list) ? list : []));
  return listed.map(one => {
    const file = isValue(one) ? one.path : one;
    if (typeof file !== 'string') return JSON.stringify(one);
    return file.includes('\n') ? file : texts.get(join(dirname(path), file));
  });
}

/** Whether a kustomization's own entries name an image, whole or by the end of its path. */
export function names({ value }: Layer, repository: string): boolean {
  const entries = Array.isArray(value.images) ? value.images.filter(isValue) : [];
  return entries.some(({ name }) => repository === name || repository.endsWith(`/${name}`));
}

function textsIn(list: unknown): readonly string[] {
  return (Array.isArray(list) ? list : []).filter(entry => typeof entry === 'string');
}

function isValue(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
