import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { Comparison } from '../source-changes.ts';
import { type GitLab, isUnseen } from './gitlab.ts';

const MOST = 100;

const COMPARED = z.object({
  web_url: z.string(),
  commits: z.array(z.object({ id: z.string(), title: z.string() })),
});
const COMMIT = z.object({ id: z.string() });

/**
 * Compares two revisions of a project of this instance by its full path. `undefined` where the project or a
 * revision cannot be seen, `head` does not come after `base`, or the answer with all diffs is too large.
 */
export async function compareCommits(
  gitlab: GitLab,
  project: string,
  base: string,
  head: string,
): Promise<Comparison | undefined> {
  const doing = `compare ${base} and ${head} of ${project}`;
  const path = `projects/${encodeURIComponent(project)}/repository`;
  const ask = { doing, of: 'instance' } as const;
  const range = { from: base, to: head };
  try {
    const start = await gitlab.ask({ ...ask, path: `${path}/commits/${encodeURIComponent(base)}` }, COMMIT);
    const common = await gitlab.ask(
      { ...ask, path: `${path}/merge_base`, query: { refs: [base, head] } },
      COMMIT,
    );
    if (common.id !== start.id) return undefined;
    const { web_url, commits } = await gitlab.ask(
      { ...ask, path: `${path}/compare`, query: range },
      COMPARED,
    );
    const newest = commits.slice(-MOST).map(({ title }) => ({ subject: title }));
    return { url: web_url, total: commits.length, commits: newest };
  } catch (error) {
    if (isUnseen(error) || (error instanceof PromoteError && error.code === 'TOO_LARGE')) return undefined;
    throw error;
  }
}
