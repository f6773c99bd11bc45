import { isRefusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOutcome, PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';

/**
 * Has GitHub merge a pull request once everything that its branch requires is there. GitHub keeps to that through later
 * pushes of those who may write.
 * https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
 */
export async function mergeWhenReady(
  github: GitHub,
  { number, head }: PullRequest,
  method: MergeMethod,
): Promise<MergeOutcome> {
  const { node_id, auto_merge } = await github.ask(`read #${number}`, ({ rest }) =>
    rest.pulls.get({ ...github.place, pull_number: number }),
  );
  if (auto_merge !== null) return { kind: 'queued' };
  const input = { pullRequestId: node_id, mergeMethod: method.toUpperCase(), expectedHeadOid: head };
  try {
    await github.graphql(`merge #${number} once it may be`, ENABLE, { input });
    return { kind: 'queued' };
  } catch (error) {
    if (!isRefusal(error, 200) || error.code === 'FORBIDDEN') throw error;
    return /head|oid|stale/i.test(error.said) ? { kind: 'moved' } : { kind: 'refused', reason: error.said };
  }
}

const ENABLE =
  'mutation ($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }';
