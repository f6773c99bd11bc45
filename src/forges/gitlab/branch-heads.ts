import { z } from 'zod';
import type { Commits } from './commits.ts';
import type { GitLab } from './gitlab.ts';

/** The heads of the branches whose names begin with a prefix, by name. */
export type BranchHeads = (prefix: string) => Promise<ReadonlyMap<string, string>>;

/** The most branches that are listed; a branch beyond them is read by itself. */
const MOST = 1000;

const BRANCH = z.object({
  name: z.string(),
  commit: z.object({
    id: z.string(),
    message: z.string().nullish(),
    parent_ids: z.array(z.string()).nullish(),
  }),
});

/** Lists branches by their prefix. https://docs.gitlab.com/api/branches/#list-all-repository-branches */
export function createBranchHeads(gitlab: GitLab, commits: Commits): BranchHeads {
  return async prefix => {
    const query = { search: `^${prefix}` };
    const ask = { doing: `list the branches below ${prefix}`, path: 'repository/branches', query };
    const heads = new Map<string, string>();
    for await (const { name, commit } of gitlab.items(ask, BRANCH, Number.POSITIVE_INFINITY)) {
      // GitLab ignores the case of what is searched for.
      if (name.startsWith(prefix)) heads.set(name, commit.id);
      commits.know(commit);
      if (heads.size >= MOST) break;
    }
    return heads;
  };
}
