import type { PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { asPullRequest } from './pull-request.ts';

const MOST = 1000;

/**
 * The open pull requests into the base from the repository's own branches under the prefix, among the newest thousand.
 */
export async function listOpenPullRequests(
  github: GitHub,
  prefix: string,
  base: string,
): Promise<readonly PullRequest[]> {
  const asked = { ...github.place, base, state: 'open', per_page: 100 } as const;
  const listed = await github.pages(`list the pull requests into ${base}`, MOST, ({ rest, paginate }) =>
    paginate.iterator(rest.pulls.list, asked),
  );
  return listed
    .filter(({ head, base: into }) => head.repo?.id === into.repo.id && head.ref.startsWith(prefix))
    .map(asPullRequest);
}
