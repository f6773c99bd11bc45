import { isRefusal } from '../../api/refusal.ts';
import type { MergeOutcome } from '../../forge.ts';
import type { GitHub } from '../github.ts';

/**
 * Puts a pull request into its base's merge queue.
 * https://docs.github.com/en/graphql/reference/mutations#enqueuepullrequest
 */
export async function enqueue(
  github: GitHub,
  number: number,
  id: string,
  head: string,
): Promise<MergeOutcome> {
  const doing = `put #${number} into the merge queue`;
  try {
    await github.graphql(doing, ENQUEUE, { input: { pullRequestId: id, expectedHeadOid: head } });
    return { kind: 'queued' };
  } catch (error) {
    if (!isRefusal(error, 200) || error.code === 'FORBIDDEN') throw error;
    if (/already (in the|queued)|already exists/i.test(error.said)) return { kind: 'queued' };
    if (/head|oid|stale/i.test(error.said)) return { kind: 'moved' };
    return { kind: 'refused', needs: 'person', reason: error.said };
  }
}

const ENQUEUE =
  'mutation ($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }';
