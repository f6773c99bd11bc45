import { isRefusal } from '../api/refusal.ts';
import type { Comparison } from '../source-changes.ts';
import type { GitHub } from './github.ts';

const MOST = 100;

/**
 * Compares two revisions of `owner/repo` on the same host. `undefined` where the repository or a revision cannot be
 * seen, or `head` does not come after `base`.
 */
export async function compareCommits(
  github: GitHub,
  repository: string,
  base: string,
  head: string,
): Promise<Comparison | undefined> {
  const [owner = '', repo = ''] = repository.split('/');
  const range = { owner, repo, basehead: `${base}...${head}` };
  const doing = `compare ${base} and ${head} of ${repository} on behalf`;
  try {
    const { status, html_url, total_commits, commits } = await github.ask(doing, ({ rest }) =>
      rest.repos.compareCommitsWithBasehead(range),
    );
    if (status !== 'ahead' && status !== 'identical') return undefined;
    const shown = commits
      .slice(-MOST)
      .map(({ commit }) => ({ subject: commit.message.split('\n', 1)[0] ?? '' }));
    return { url: html_url, total: total_commits, commits: shown };
  } catch (error) {
    if (isRefusal(error, 403, 404, 422)) return undefined;
    throw error;
  }
}
