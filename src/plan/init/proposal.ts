import type { Environment, Environments } from '../../environments/environments.ts';
import { originText } from '../../environments/image-origin.ts';
import { matchesGlob, ownsFile } from '../../environments/locate.ts';
import { knownIn } from '../image-pins.ts';
import type { EntryToAdd } from './add-images.ts';
import type { Deployed } from './deployed.ts';
import { type FoundEnvironment, findLayout, type Layout } from './layout.ts';
import { readPinning } from './pinning.ts';
import { rankOf } from './stage.ts';

/** What a repository has and its environments file does not name. */
export interface Proposal {
  /** Images by name, with the path under their registry. */
  readonly images: ReadonlyMap<string, string>;
  /** Globs by the environment that they are missing from. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly environments: readonly (FoundEnvironment & { readonly from: string })[];
  readonly additions: ReadonlyMap<string, readonly EntryToAdd[]>;
  readonly left: Layout['left'];
}

/** Compares the texts of a repository's YAML files, by path, with its environments file. */
export function propose(
  environments: Environments,
  texts: ReadonlyMap<string, string>,
  deployed?: Deployed,
): Proposal {
  const all = environments.environments;
  const ownerOf = (file: string) => all.find(environment => ownsFile(environment, file));
  const layout = findLayout(texts, { isOwned: file => ownerOf(file) !== undefined, deployed });
  const images = newNames(environments);
  for (const { file, pins } of readPinning(texts).pinning) {
    const environment = ownerOf(file);
    for (const { repository } of pins) images.take(repository, environment);
  }
  const files = new Map<string, readonly string[]>();
  const left: Layout['left'][number][] = [];
  const found: (FoundEnvironment & { from: string })[] = [];
  const isFree = (glob: string) =>
    [...texts.keys()].every(path => !matchesGlob(path, glob) || !ownerOf(path));
  for (const one of layout.environments.filter(({ guessed }) => guessed === undefined)) {
    const globs = one.files.every(isFree) ? one.files : one.pinning;
    const same = all.find(({ name }) => rankOf(name) === rankOf(one.name));
    const paths = [...one.images.values()];
    if (same === undefined) {
      for (const path of paths) images.takePath(path);
      found.push({ ...one, files: globs, from: before(one.name, [...all, ...found]) });
    } else if (isUnder(one.registry, same)) {
      for (const path of paths) images.take(`${one.registry}/${path}`, same);
      files.set(same.name, globs);
    } else {
      const reason = `it pins images of ${one.registry}, which is no registry of ${same.name}`;
      left.push(...one.pinning.map(file => ({ file, reason })));
    }
  }
  const guesses = layout.environments.filter(({ guessed }) => guessed !== undefined);
  const reason = 'its path names no environment';
  left.push(...guesses.flatMap(({ pinning }) => pinning.map(file => ({ file, reason }))));
  const proposed = new Set([...found, ...layout.environments].flatMap(({ pinning }) => pinning));
  const lost = new Set(left.map(({ file }) => file));
  const additions = [...layout.additions].filter(([file]) => proposed.has(file) && !lost.has(file));
  return {
    images: images.taken,
    files,
    environments: found,
    additions: new Map(additions),
    left: [...left, ...layout.left],
  };
}

function isUnder(registry: string, { registries }: Environment): boolean {
  return registries.some(({ push, pull }) => [push, pull].some(own => `${registry}/`.startsWith(`${own}/`)));
}

/** A sentence for each new environment that may come between two others, which a person has to decide. */
export function passedBy({ environments: all }: Environments, { environments }: Proposal): readonly string[] {
  return environments.flatMap(({ name, from }) =>
    all
      .filter(other => rankOf(other.name) > rankOf(name) && originText(other.from) === from)
      .map(
        other => `${other.name} takes from ${from}: write from: ${name} there, if images pass ${name} first`,
      ),
  );
}

/** The last environment that images pass before one of this name; without any, `build`. */
function before(name: string, all: readonly { readonly name: string }[]): string {
  const earlier = all.filter(other => rankOf(other.name) >= 0 && rankOf(other.name) < rankOf(name));
  return earlier.sort((one, other) => rankOf(other.name) - rankOf(one.name))[0]?.name ?? 'build';
}

/** Names for images that the file does not know, each once. */
function newNames(environments: Environments) {
  const { images: known } = knownIn(environments);
  const paths = new Set(environments.images.map(({ repository }) => repository));
  const names = new Set(environments.images.map(({ name }) => name));
  const taken = new Map<string, string>();
  const takePath = (path: string) => {
    if (paths.has(path)) return;
    const short = path.slice(path.lastIndexOf('/') + 1);
    const name = names.has(short) ? path.replaceAll('/', '-') : short;
    paths.add(path);
    names.add(name);
    taken.set(name, path);
  };
  return {
    taken,
    takePath,
    /** Takes a repository that is under one of the environment's registries, and that is no image's yet. */
    take(repository: string, environment: Environment | undefined) {
      if ([...known.keys()].some(other => other === repository)) return;
      for (const { push, pull } of environment?.registries ?? [])
        for (const registry of new Set([push, pull]))
          if (repository.startsWith(`${registry}/`)) return takePath(repository.slice(registry.length + 1));
    },
  };
}
