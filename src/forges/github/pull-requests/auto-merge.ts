import { isRefusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOutcome, PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import type { MergeLook } from './merge-look.ts';

/**
 * Has GitHub merge a pull request once its branch's requirements are met. Later pushes by people who may
 * write do not end that. https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
 */
export async function mergeWhenReady(
  github: GitHub,
  { number, head }: PullRequest,
  method: MergeMethod,
  look: Pick<MergeLook, 'id' | 'mergesItself'> | undefined,
): Promise<MergeOutcome> {
  const { id, mergesItself } = look ?? (await readBy(github, number));
  if (mergesItself) return { kind: 'queued' };
  const input = { pullRequestId: id, mergeMethod: method.toUpperCase(), expectedHeadOid: head };
  try {
    await github.graphql(`merge #${number} once it may be`, ENABLE, { input });
    return { kind: 'queued' };
  } catch (error) {
    if (!isRefusal(error, 200) || error.code === 'FORBIDDEN') throw error;
    if (/head|oid|stale/i.test(error.said)) return { kind: 'moved' };
    return { kind: 'refused', needs: 'person', reason: error.said };
  }
}

/** Reads the pull request over REST, for servers whose GraphQL does not show auto-merges. */
async function readBy(github: GitHub, number: number) {
  const { node_id, auto_merge } = await github.ask(`read #${number}`, ({ rest }) =>
    rest.pulls.get({ ...github.place, pull_number: number }),
  );
  return { id: node_id, mergesItself: auto_merge !== null };
}

const ENABLE =
  'mutation ($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }';
