import { setTimeout } from 'node:timers/promises';
import { isRefusal, type Refusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOutcome, PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { mergeWhenReady } from './auto-merge.ts';

const PAUSE = 1000;
const MOST_TRIES = 4;

/**
 * Merges if the head is still the commit that was seen. Under a merge queue it is put there. What GitHub refuses, such
 * as a required check that is missing, is told; only `ready` has GitHub wait for it, as an auto-merge outlives the
 * verdicts of gates.
 */
export async function mergePullRequest(
  github: GitHub,
  pullRequest: PullRequest,
  method: MergeMethod,
  when: 'now' | 'ready' = 'now',
): Promise<MergeOutcome> {
  const tried = await tryToMerge(github, pullRequest, method);
  const waits = tried.kind === 'refused' && when === 'ready';
  const outcome = waits ? await mergeWhenReady(github, pullRequest, method) : tried;
  if (outcome.kind === 'merged' || outcome.kind === 'queued') await github.noticeJobToken();
  return outcome;
}

async function tryToMerge(
  github: GitHub,
  pullRequest: PullRequest,
  method: MergeMethod,
): Promise<MergeOutcome> {
  const { number, head } = pullRequest;
  for (let tried = 1; ; tried += 1) {
    try {
      const { sha } = await github.ask(`merge #${number}`, ({ rest }) =>
        rest.pulls.merge({ ...github.place, pull_number: number, sha: head, merge_method: method }),
      );
      return { kind: 'merged', commit: sha };
    } catch (error) {
      if (!isRefusal(error, 403, 405, 409, 422, 500, 502, 503, 504)) throw error;
      const outcome = /merge queue/i.test(error.said)
        ? await enqueue(github, number, head)
        : await settle(github, pullRequest, error, tried === MOST_TRIES);
      if (outcome !== 'again') return outcome;
      await setTimeout(PAUSE * tried);
    }
  }
}

/** Looks what became of it: an answer may be lost after the merge, and one refusal stands for many reasons. */
async function settle(
  github: GitHub,
  { number, head }: PullRequest,
  error: Refusal,
  isLast: boolean,
): Promise<MergeOutcome | 'again'> {
  const now = await github.ask(`read #${number}`, ({ rest }) =>
    rest.pulls.get({ ...github.place, pull_number: number }),
  );
  if (now.merged && now.head.sha === head) return { kind: 'merged', commit: now.merge_commit_sha ?? head };
  if (now.head.sha !== head) return { kind: 'moved' };
  if (now.merged || now.state === 'closed') return { kind: 'refused', reason: 'it is closed' };
  // GitHub works out whether it can be merged in the background, and forgets it when the base moves.
  const isPassing =
    now.mergeable === null || /base branch was modified|in progress|try again/i.test(error.said);
  if (isPassing && !isLast) return 'again';
  if (error.code === 'UNREACHABLE' || error.status === 403) throw error;
  return { kind: 'refused', reason: error.said };
}

async function enqueue(github: GitHub, number: number, head: string): Promise<MergeOutcome> {
  const doing = `put #${number} into the merge queue`;
  const { node_id } = await github.ask(`read #${number}`, ({ rest }) =>
    rest.pulls.get({ ...github.place, pull_number: number }),
  );
  try {
    await github.graphql(doing, ENQUEUE, { input: { pullRequestId: node_id, expectedHeadOid: head } });
    return { kind: 'queued' };
  } catch (error) {
    if (!isRefusal(error, 200) || error.code === 'FORBIDDEN') throw error;
    if (/already (in the|queued)|already exists/i.test(error.said)) return { kind: 'queued' };
    if (/head|oid|stale/i.test(error.said)) return { kind: 'moved' };
    return { kind: 'refused', reason: error.said };
  }
}

const ENQUEUE =
  'mutation ($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }';
