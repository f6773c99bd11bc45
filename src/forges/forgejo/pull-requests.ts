import type { PullRequests } from '../forge.ts';
import { WRITE } from './need.ts';
import { updateContent } from './pull-requests/content.ts';
import { findPullRequest } from './pull-requests/find.ts';
import { mergePullRequest } from './pull-requests/merge.ts';
import { openPullRequest } from './pull-requests/open.ts';
import type { PullRequestParts } from './pull-requests/parts.ts';
import { readReviews } from './pull-requests/reviews.ts';
import { setStatus } from './pull-requests/status.ts';
import { writtenText } from './pull-requests/written.ts';

/** Pull requests of one repository. */
export function createPullRequests(parts: PullRequestParts): PullRequests {
  const { forgejo } = parts;
  return {
    find: (branch, base) => findPullRequest(forgejo, branch, base),
    open: (...asked) => openPullRequest(parts, ...asked),
    update: ({ number }, content) => updateContent(parts, number, content),
    merge: (...asked) => mergePullRequest(parts, ...asked),
    async close({ number }, reason) {
      const write = { doing: `close #${number}`, need: WRITE };
      // It is closed first: a run that breaks off in between leaves no comment to repeat.
      await forgejo.tell({ ...write, method: 'PATCH', path: `pulls/${number}`, body: { state: 'closed' } });
      const body = { body: writtenText(reason) };
      await forgejo.tell({ ...write, method: 'POST', path: `issues/${number}/comments`, body });
    },
    reviews: pullRequest => readReviews(parts, pullRequest),
    setStatus: (commit, status) => setStatus(forgejo, commit, status),
  };
}
