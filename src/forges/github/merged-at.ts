import type { GitHub } from './github.ts';

/**
 * When the merge of a pull request into the branch added the commit; the newest merge counts. GitHub names a
 * merged one only for commits of its default branch. https://docs.github.com/en/rest/commits/commits
 */
export async function mergedAt(github: GitHub, commit: string, branch: string): Promise<Date | undefined> {
  const pulls = await github.ask(`find what merged ${commit}`, ({ rest }) =>
    rest.repos.listPullRequestsAssociatedWithCommit({ ...github.place, commit_sha: commit, per_page: 100 }),
  );
  const times = pulls.flatMap(({ base, merged_at }) =>
    base.ref === branch && merged_at !== null ? Date.parse(merged_at) : [],
  );
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
