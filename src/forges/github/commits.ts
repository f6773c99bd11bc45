import { PromoteError } from '../../errors.ts';
import type { GitHub } from './github.ts';

/** A commit as the walk needs it. */
export interface Commit {
  readonly parents: readonly string[];
  readonly tree: string;
  readonly date: Date;
  readonly author: string;
  readonly message: string;
}

const PAGE = 100;

/** Reads commits with their parents, a page of a hundred at a time. */
export function createCommits(github: GitHub): (name: string) => Promise<Commit> {
  const known = new Map<string, Commit>();
  return async name => {
    if (!known.has(name)) {
      const listed = await github.ask(`read the history of ${name}`, ({ rest }) =>
        rest.repos.listCommits({ ...github.place, sha: name, per_page: PAGE }),
      );
      for (const { sha, parents, commit } of listed) {
        known.set(sha, {
          parents: parents.map(parent => parent.sha),
          tree: commit.tree.sha,
          date: new Date(commit.committer?.date ?? 0),
          author: `${commit.author?.name ?? ''} <${commit.author?.email ?? ''}>`,
          message: commit.message,
        });
      }
    }
    const commit = known.get(name);
    if (commit === undefined)
      throw new PromoteError('NOT_FOUND', `read commit ${name} of ${github.name}: not there`);
    return commit;
  };
}
