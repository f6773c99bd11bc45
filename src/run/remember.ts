import type { Deployment } from '../environments/environments.ts';
import type { Forge } from '../forges/forge.ts';
import { regularFiles } from '../git/objects.ts';
import type { Keep, Repository } from '../git/repository.ts';
import type { Effects } from './effects.ts';

/** The effects of a run. */
export interface Remembered {
  /**
   * Effects with a memory: each branch is observed once, each commit and blob is read once, and open pull
   * requests are listed once. So a run sees one state of the world, and makes each request once.
   */
  readonly effects: Effects;
  /** A repository whose branches are read anew each time. Objects never change, so they are read once. */
  readonly latest: Effects['repository'];
}

/** Adds a memory to the effects. */
export function remember(given: Effects): Remembered {
  const known = new Map<Repository, { readonly observed: Repository; readonly latest: Repository }>();
  const open = async (deployment: Deployment) => {
    const repository = await given.repository(deployment);
    const remembering = known.get(repository) ?? rememberReads(repository);
    known.set(repository, remembering);
    return remembering;
  };
  const effects: Effects = {
    ...given,
    repository: async deployment => (await open(deployment)).observed,
    forge: async deployment => {
      const forge = await given.forge?.(deployment);
      return forge && rememberOpen(forge);
    },
  };
  return { effects, latest: async deployment => (await open(deployment)).latest };
}

function rememberOpen(forge: Forge): Forge {
  const prefixes = new Map<string, ReturnType<Forge['openPullRequests']>>();
  return {
    ...forge,
    openPullRequests: (prefix, base) => {
      const key = `${prefix}\n${base}`;
      const listed = prefixes.get(key) ?? forge.openPullRequests(prefix, base);
      prefixes.set(key, listed);
      return listed;
    },
  };
}

function rememberReads(repository: Repository) {
  const texts = new Map<string, string>();
  const leftOut = new WeakMap<Keep, Set<string>>();
  const tree = once(async (commit: string) => await repository.tree(commit));
  const latest: Repository = {
    ...repository,
    // A tree contains the list, so it is read once for both.
    list: once(async (commit: string) => regularFiles(await tree(commit))),
    tree,
    read: async (blobs, keep) => {
      const declined = (keep && leftOut.get(keep)) ?? new Set<string>();
      const missing = blobs.filter(blob => !texts.has(blob) && !declined.has(blob));
      if (missing.length > 0) {
        const read = await repository.read(missing, keep);
        for (const [blob, text] of read) texts.set(blob, text);
        for (const blob of missing) if (!read.has(blob)) declined.add(blob);
        if (keep !== undefined) leftOut.set(keep, declined);
      }
      return among(texts, blobs);
    },
  };
  const head = once(async (branch: string | undefined) => await repository.head(branch));
  return { latest, observed: { ...latest, head } };
}

function among(texts: ReadonlyMap<string, string>, blobs: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const blob of blobs) {
    const text = texts.get(blob);
    if (text !== undefined) found.set(blob, text);
  }
  return found;
}

function once<K, V>(ask: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const answers = new Map<K, Promise<V>>();
  return key => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    // A failure is forgotten, so that a later call asks again. Present callers get it.
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
