import { parseAllDocuments } from 'yaml';
import { isObject } from '../../environments/diagnostics/is-object.ts';

/** One object of a cluster as a file has it. */
export interface ClusterObject {
  readonly file: string;
  readonly kind: string;
  /** Its API without the version. */
  readonly group: string;
  readonly name: string;
  readonly value: unknown;
}

/** APIs of what deploys or updates images. */
const GROUPS =
  /\b(?:argoproj\.io|argocd-image-updater\.argoproj\.io|kargo\.akuity\.io|(?:image|kustomize)\.toolkit\.fluxcd\.io)\//;

/** The objects of Argo CD, Flux, Kargo and Image Updater in files' texts, by path. A file that is no YAML has none. */
export function clusterObjects(texts: ReadonlyMap<string, string>): readonly ClusterObject[] {
  return [...texts]
    .filter(([, text]) => GROUPS.test(text))
    .flatMap(([file, text]) =>
      parseAllDocuments(text, { logLevel: 'silent' }).flatMap(document => {
        if (document.errors.length > 0) return [];
        const value: unknown = document.toJS({ maxAliasCount: 100 });
        const group = textAt(value, 'apiVersion').split('/')[0] ?? '';
        return isObject(value)
          ? [{ file, group, kind: textAt(value, 'kind'), name: textAt(value, 'metadata', 'name'), value }]
          : [];
      }),
    );
}

/** What keys lead to; `undefined` where they lead nowhere. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** The text that keys lead to, else the empty one. */
export function textAt(value: unknown, ...keys: readonly string[]): string {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : '';
}

/** The items of the list that keys lead to. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}
