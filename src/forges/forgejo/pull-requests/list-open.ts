import type { PullRequest } from '../../forge.ts';
import type { Forgejo } from '../forgejo.ts';
import { asPullRequest, branchOf, isOwn, PULL_REQUEST } from './pull-request.ts';

const MOST = 1000;

/** The open pull requests into the base from own branches under the prefix, among the newest thousand. */
export async function listOpenPullRequests(
  forgejo: Forgejo,
  prefix: string,
  base: string,
): Promise<readonly PullRequest[]> {
  const ask = { doing: `list the pull requests into ${base}`, path: 'pulls', query: { state: 'open' } };
  const found: PullRequest[] = [];
  let seen = 0;
  for await (const shown of forgejo.items(ask, PULL_REQUEST, Number.POSITIVE_INFINITY)) {
    // A fork's branch may have the same name.
    const isOurs = isOwn(shown) && shown.base.ref === base && branchOf(shown).startsWith(prefix);
    if (isOurs) found.push(asPullRequest(shown));
    seen += 1;
    if (seen === MOST) break;
  }
  return found;
}
