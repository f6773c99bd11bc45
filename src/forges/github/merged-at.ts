import type { GitHub } from './github.ts';

/**
 * When a pull request into the branch brought the commit in: the newest of them. GitHub names one that was merged for
 * commits of its default branch alone. https://docs.github.com/en/rest/commits/commits
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
