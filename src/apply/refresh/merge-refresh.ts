import type { PullRequest } from '../../forges/forge.ts';
import type { Proposing } from './proposing.ts';
import { isOurs } from './standing.ts';

/** What came of asking the forge to merge. */
export type Merging = { readonly kind: 'merged' } | { readonly kind: 'left'; readonly reason?: string };

/**
 * Has the forge merge a group's pull request, now or once its branch's rules let it, where the settings say so and
 * nobody has committed to it.
 */
export async function mergeRefresh(proposing: Proposing, pullRequest: PullRequest): Promise<Merging> {
  const { forge, refresh } = proposing;
  const { merge } = refresh.pullRequest;
  if (forge === undefined || merge.kind === 'manual') return { kind: 'left' };
  if (!(await isOurs(proposing, pullRequest.head))) {
    return { kind: 'left', reason: 'not merged: somebody has committed to its branch' };
  }
  const outcome = await forge.pullRequests.merge(pullRequest, merge.method, { whenReady: true });
  switch (outcome.kind) {
    case 'merged':
      return { kind: 'merged' };
    case 'moved':
      return { kind: 'left', reason: 'not merged: its branch moved meanwhile' };
    case 'queued':
      return { kind: 'left', reason: 'merges once its branch lets it' };
    case 'refused':
      return { kind: 'left', reason: `not merged: ${outcome.reason}` };
  }
}
