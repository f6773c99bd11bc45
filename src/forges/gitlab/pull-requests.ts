import { z } from 'zod';
import type { PullRequests } from '../forge.ts';
import { WRITE } from './need.ts';
import { updateContent } from './pull-requests/content.ts';
import { findMergeRequest } from './pull-requests/find.ts';
import { openMergeRequest } from './pull-requests/open.ts';
import type { MergeRequestParts } from './pull-requests/parts.ts';
import { readReviews } from './pull-requests/reviews.ts';
import { setStatus } from './pull-requests/status.ts';
import { writtenText } from './pull-requests/written.ts';

/** Merge requests of one project; a pull request's number is the merge request's `iid`. */
export function createPullRequests(parts: MergeRequestParts): PullRequests {
  const { gitlab } = parts;
  return {
    find: (branch, base) => findMergeRequest(parts, branch, base),
    open: (branch, base, content) => openMergeRequest(parts, branch, base, content),
    update: (pullRequest, content) => updateContent(parts, pullRequest, content),
    async merge(...asked) {
      // Loaded only where promote merges.
      const { mergeMergeRequest } = await import('./pull-requests/merge.ts');
      return await mergeMergeRequest(parts, ...asked);
    },
    async close({ number }, reason) {
      const path = `merge_requests/${number}`;
      const write = { doing: `close !${number}`, need: WRITE };
      // It is closed first: a run that breaks off in between leaves no note to repeat.
      await gitlab.ask({ ...write, method: 'PUT', path, body: { state_event: 'close' } }, z.unknown());
      const body = { body: writtenText(reason) };
      await gitlab.ask({ ...write, method: 'POST', path: `${path}/notes`, body }, z.unknown());
    },
    reviews: pullRequest => readReviews(parts, pullRequest),
    setStatus: (...asked) => setStatus(parts, ...asked),
  };
}
