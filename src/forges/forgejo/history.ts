import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { regularMode } from '../../git/objects.ts';
import type { HistoryBounds, HistoryEntry } from '../../git/repository.ts';
import { changeOf } from '../api/change-of.ts';
import { assertObjectName } from '../api/kept-trees.ts';
import { createWalkEnd } from '../api/walk-end.ts';
import { COMMIT, type Commit } from './commits.ts';
import type { Forgejo } from './forgejo.ts';
import type { Trees } from './trees.ts';

type Change = HistoryEntry['changes'][number];

const PAGE = 50;

/**
 * Walks first parents as they are consumed. One request reads fifty commits with the paths that each changed,
 * and one reads each directory in which a change matches. Forgejo lists all ancestors, so side branches
 * lengthen its pages. `oldest` may end the walk.
 */
export async function* readHistory(
  forgejo: Forgejo,
  trees: Trees,
  start: string,
  matches: (path: string) => boolean,
  { oldest }: HistoryBounds = {},
): AsyncGenerator<HistoryEntry, void> {
  assertObjectName(start);
  const commits = createCommits(forgejo);
  const mayEnd = createWalkEnd(oldest);
  for (let name: string | undefined = start; name !== undefined; ) {
    const commit = await commits(name);
    const parent = commit.parents?.[0]?.sha;
    const changes: Change[] = [];
    for (const path of (await changedPaths(trees, commit)).filter(matches).toSorted()) {
      const after = regular(await trees.entry(commit.sha, path));
      const before = parent === undefined ? undefined : regular(await trees.entry(parent, path));
      if (before !== after) changes.push(changeOf(path, before, after));
    }
    if (changes.length > 0) yield entryOf(commit, changes);
    name = (await mayEnd(new Date(commit.commit.committer.date))) ? undefined : parent;
  }
}

/**
 * The paths that a commit changed against its first parent. For a merge, Gitea lists only paths that differ
 * from all parents, so the trees are compared.
 */
async function changedPaths(trees: Trees, { sha, parents, files }: Commit): Promise<readonly string[]> {
  const [first, ...others] = parents ?? [];
  if (others.length === 0 && files) return [...new Set(files.map(({ filename }) => filename))];
  const before = first === undefined ? new Map<string, never>() : await trees.read(first.sha);
  const after = await trees.read(sha);
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return all.filter(path => before.get(path)?.object !== after.get(path)?.object);
}

/** Reads commits with their parents, a page of fifty at a time. */
export function createCommits(forgejo: Forgejo): (name: string) => Promise<Commit> {
  const known = new Map<string, Commit>();
  return async name => {
    if (!known.has(name)) {
      const query = { sha: name, stat: false, verification: false, files: true, limit: PAGE };
      const ask = { doing: `read the history of ${name}`, path: 'commits', query };
      for (const commit of (await forgejo.ask(ask, z.array(COMMIT).nullable())) ?? []) {
        known.set(commit.sha, commit);
      }
    }
    const commit = known.get(name);
    if (commit === undefined)
      throw new PromoteError('NOT_FOUND', `read commit ${name} of ${forgejo.name}: not there`);
    return commit;
  };
}

function entryOf({ sha, commit }: Commit, changes: readonly Change[]): HistoryEntry {
  const { author, committer, message } = commit;
  return {
    commit: sha,
    date: new Date(committer.date),
    author: `${author.name} <${author.email}>`,
    message,
    changes,
  };
}

function regular(entry: { readonly mode: string; readonly object: string } | undefined): string | undefined {
  return regularMode(entry?.mode) === undefined ? undefined : entry?.object;
}
