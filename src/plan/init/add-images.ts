import { dirname, join } from 'node:path/posix';
import { parseAllDocuments } from 'yaml';
import type { Pin } from '../../pins/pin.ts';

/** An image that a kustomization gets an entry for, with the pin in what it builds on. */
export interface EntryToAdd {
  readonly repository: string;
  readonly tag: string;
}

/**
 * The images of Kubernetes objects that a kustomization builds on and has no `images:` for. There are none
 * for a component, or if it has entries already.
 */
export function missingEntries(
  path: string,
  texts: ReadonlyMap<string, string>,
  pins: ReadonlyMap<string, readonly Pin[]>,
): readonly EntryToAdd[] {
  const top = kustomization(texts.get(path) ?? '');
  if (top === undefined || top.images !== undefined) return [];
  const found = new Map<string, EntryToAdd>();
  for (const file of builtFrom(path, texts, new Set())) {
    for (const { format, repository, tag } of pins.get(file) ?? [])
      if (format === 'kubernetes' && repository !== undefined && tag !== undefined)
        found.set(repository, { repository, tag });
  }
  return [...found.values()];
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

interface Kustomization {
  readonly resources: readonly string[];
  readonly images?: unknown;
}

function kustomization(text: string): Kustomization | undefined {
  const documents = parseAllDocuments(text);
  const [document] = documents;
  if (documents.length !== 1 || document === undefined || document.errors.length > 0) return undefined;
  // The list is added as text, which fits only if the file ends in a plain block.
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || /^\s*[{[]|^\.\.\./m.test(text)) return undefined;
  const { kind = 'Kustomization', resources, bases, images } = value as Record<string, unknown>;
  if (kind !== 'Kustomization') return undefined;
  const named = [resources, bases].flat().filter(entry => typeof entry === 'string');
  return named.length === 0 ? undefined : { resources: named, images };
}

/** The files that a kustomization builds on, through others, within the repository. */
function builtFrom(path: string, texts: ReadonlyMap<string, string>, seen: Set<string>): readonly string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const { resources = [] } = kustomization(texts.get(path) ?? '') ?? {};
  return resources.flatMap(resource => {
    const at = join(dirname(path), resource);
    if (texts.has(at)) return [at];
    const inner = ['kustomization.yaml', 'kustomization.yml'].map(name => `${at}/${name}`);
    return inner.filter(name => texts.has(name)).flatMap(name => builtFrom(name, texts, seen));
  });
}
