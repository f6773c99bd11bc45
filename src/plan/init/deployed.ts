import { join, normalize } from 'node:path/posix';
import { applicationsOf } from './application-sets.ts';
import type { Texts } from './generators.ts';
import { at, type ClusterObject, listAt, textAt } from './objects.ts';
import { rankOf, type Stage, stageOf } from './stage.ts';

/** What a cluster's objects deploy: a directory or a file, and the words that may name its environment. */
interface Deployment {
  readonly path: string;
  readonly words: readonly string[];
  readonly repository: string;
}

/** The stages of files whose paths name none, taken from the objects that deploy them. */
export interface Deployed {
  readonly stageOf: (file: string) => Stage | undefined;
  /** Why a file has no stage although objects deploy it. */
  readonly reasonOf: (file: string) => string | undefined;
}

/**
 * The stages that Argo CD's applications and Flux's kustomizations give to directories and value files of this
 * repository. `isOwn` says whether an address is this repository's.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function findDeployed(
  objects: readonly ClusterObject[],
  texts: Texts,
  isOwn: (address: string) => boolean,
): Deployed {
  const files = [...texts.keys()];
  const stages = new Map<string, Map<number, string>>();
  for (const { path, words, repository } of objects.flatMap(object => deploymentsOf(object, texts))) {
    if (path === '' || path === '.' || path.startsWith('..') || !(repository === '' || isOwn(repository)))
      continue;
    const word = words.find(candidate => rankOf(candidate) >= 0);
    if (word === undefined) continue;
    stages.set(path, (stages.get(path) ?? new Map()).set(rankOf(word), word));
  }
  const pathOf = (file: string) =>
    [...stages.keys()]
      .filter(path => file === path || file.startsWith(`${path}/`))
      .sort((one, other) => other.length - one.length)[0];
  const isWhole = (path: string, rank: number) =>
    files
      .filter(file => file.startsWith(`${path}/`))
      .every(file => (stageOf(file)?.rank ?? rank) === rank && pathOf(file) === path);
  return {
    stageOf(file) {
      const path = pathOf(file);
      const [[rank, word] = [], ...others] = path === undefined ? [] : (stages.get(path) ?? []);
      if (path === undefined || rank === undefined || word === undefined || others.length > 0)
        return undefined;
      return { rank, word, directory: file !== path && isWhole(path, rank) ? path : undefined };
    },
    reasonOf(file) {
      const words = [...(stages.get(pathOf(file) ?? '')?.values() ?? [])];
      return words.length > 1 ? `it is deployed to ${words.join(' and ')} alike` : undefined;
    },
  };
}

function deploymentsOf(object: ClusterObject, texts: Texts): readonly Deployment[] {
  const { file, group, kind, value } = object;
  const own = stageOf(file)?.word ?? '';
  if (group === 'argoproj.io' && /^Application(?:Set)?$/.test(kind))
    return applicationsOf(object, texts).flatMap(application => argoDeployments(application, own));
  if (group !== 'kustomize.toolkit.fluxcd.io' || kind !== 'Kustomization') return [];
  const words = wordsOf(textAt(value, 'metadata', 'name'), textAt(value, 'spec', 'targetNamespace'));
  return [{ path: cleanPath(textAt(value, 'spec', 'path')), words: [...words, own], repository: '' }];
}

function argoDeployments(application: unknown, own: string): readonly Deployment[] {
  const words = wordsOf(
    textAt(application, 'metadata', 'name'),
    textAt(application, 'spec', 'destination', 'namespace'),
    textAt(application, 'spec', 'destination', 'name'),
  );
  const sources = [at(application, 'spec', 'source'), ...listAt(application, 'spec', 'sources')];
  return sources.flatMap(source => {
    const repository = textAt(source, 'repoURL');
    const path = cleanPath(textAt(source, 'path'));
    const known = { words: [...words, own], repository };
    const values = listAt(source, 'helm', 'valueFiles').flatMap(file =>
      typeof file === 'string' ? [valueFile(path, file)] : [],
    );
    return [
      // A chart of several environments belongs to none: each environment has its own value files.
      ...(values.length === 0 ? [{ ...known, path }] : []),
      ...values.map(file => ({ ...known, path: file })),
    ].filter(({ path: inner }) => !inner.includes('{{'));
  });
}

/** A value file beside the chart, or `$values/…` from the root of another source's repository. */
function valueFile(path: string, file: string): string {
  const [, referenced] = /^\$[^/]+\/(.+)$/.exec(file) ?? [];
  return cleanPath(referenced ?? (file.startsWith('/') ? file : join(path, file)));
}

function wordsOf(...names: readonly string[]): readonly string[] {
  return names.flatMap(name => [name, ...name.split(/[.\-_/]/)]);
}

function cleanPath(path: string): string {
  return normalize(path.replace(/^\/+/, '') || '.').replace(/\/$/, '');
}
