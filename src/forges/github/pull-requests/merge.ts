import { setTimeout } from 'node:timers/promises';
import { isRefusal, type Refusal } from '../../api/refusal.ts';
import type { MergeMethod, MergeOptions, MergeOutcome, PullRequest } from '../../forge.ts';
import type { GitHub } from '../github.ts';
import { mergeWhenReady } from './auto-merge.ts';
import { blockerOf, isUnexplained, type MergeDemands, refusedBecause } from './merge-blockers.ts';
import { lookAtMerge, type MergeLook } from './merge-look.ts';
import { enqueue } from './merge-queue.ts';

const PAUSE = 1000;
const MOST_TRIES = 4;

/** Reads what a branch asks of a merge. */
export type ReadDemands = (branch: string) => Promise<MergeDemands>;

/** What merges are requested with. */
interface Merging {
  readonly github: GitHub;
  readonly demands: ReadDemands;
}

/**
 * Merges if the head is still the commit that was seen. What GitHub would refuse, for example without a
 * required check, is not requested. Only `whenReady` enables an auto-merge, which outlives the verdicts of
 * gates.
 */
export async function mergePullRequest(
  merging: Merging,
  pullRequest: PullRequest,
  method: MergeMethod,
  { whenReady = false, deleteBranch = false }: MergeOptions = {},
): Promise<MergeOutcome> {
  const { github } = merging;
  const look = await lookAt(github, pullRequest);
  const known = look && (await knownOutcome(merging, pullRequest, look));
  const tried = known ?? (await ask(github, pullRequest, method, look));
  const waits = tried.kind === 'refused' && whenReady;
  const outcome = waits ? await mergeWhenReady(github, pullRequest, wayOf(method, look), look) : tried;
  if (outcome.kind === 'merged' && deleteBranch) await deleteHead(github, pullRequest);
  if (outcome.kind === 'merged' || outcome.kind === 'queued') await github.noticeJobToken();
  return outcome;
}

/** GitHub computes in the background whether a pull request can be merged. */
async function lookAt(github: GitHub, { number }: PullRequest): Promise<MergeLook | undefined> {
  for (let tried = 1; ; tried += 1) {
    const look = await lookAtMerge(github, number);
    // A status that was set just now may not be counted yet.
    const isPuzzling = look?.status === 'BLOCKED' && tried === 1 && isUnexplained(look);
    if ((look?.status !== 'UNKNOWN' && !isPuzzling) || tried === MOST_TRIES) return look;
    await setTimeout(PAUSE * tried);
  }
}

const NOTHING: MergeDemands = { contexts: [], others: [] };

/** The outcome where no request is needed: it is over, under way, or known to be refused. */
async function knownOutcome(
  { github, demands }: Merging,
  { number, head, base }: PullRequest,
  look: MergeLook,
): Promise<MergeOutcome | undefined> {
  if (look.head !== head) return { kind: 'moved' };
  if (look.state === 'MERGED') return { kind: 'merged', commit: look.mergeCommit ?? head };
  if (look.state === 'CLOSED') return closed();
  if (look.queue === 'queued') return { kind: 'queued' };
  const blocker = blockerOf(look, look.status === 'BLOCKED' ? await demands(base) : NOTHING);
  if (blocker !== undefined) return blocker;
  return look.queue === 'open' ? await enqueue(github, number, look.id, head) : undefined;
}

async function ask(
  github: GitHub,
  pullRequest: PullRequest,
  method: MergeMethod,
  look: MergeLook | undefined,
): Promise<MergeOutcome> {
  const { number, head } = pullRequest;
  const ways = waysOf(method, look);
  for (let tried = 1; ; tried += 1) {
    const way = ways[0] ?? method;
    try {
      const { sha } = await github.ask(`merge #${number}`, ({ rest }) =>
        rest.pulls.merge({ ...github.place, pull_number: number, sha: head, merge_method: way }),
      );
      if (way !== method) github.notice(`merged by ${way}, as ${method} is not allowed`);
      return { kind: 'merged', commit: sha };
    } catch (error) {
      if (!isRefusal(error, 403, 405, 409, 422, 500, 502, 503, 504)) throw error;
      if (isOtherWay(error) && ways.length > 1) {
        ways.shift();
        continue;
      }
      const outcome = await settle(github, pullRequest, error, tried >= MOST_TRIES);
      if (outcome !== 'again') return outcome;
      await setTimeout(PAUSE * tried);
    }
  }
}

/** The requested method first, then others that the repository allows; a branch's rule may allow fewer. */
function waysOf(method: MergeMethod, look: MergeLook | undefined): MergeMethod[] {
  const all: readonly MergeMethod[] = look?.methods ?? ['squash', 'rebase', 'merge'];
  const allowed = (['squash', 'rebase', 'merge'] as const).filter(way => way !== method && all.includes(way));
  return all.includes(method) ? [method, ...allowed] : allowed;
}

function wayOf(method: MergeMethod, look: MergeLook | undefined): MergeMethod {
  return waysOf(method, look)[0] ?? method;
}

function isOtherWay({ said }: Refusal): boolean {
  return /(merges?|merge commits|commits) (are|is) not allowed|must not contain merge commits|linear history/i.test(
    said,
  );
}

/** Reads the outcome: an answer may be lost after the merge, and one refusal can have many reasons. */
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
  if (now.merged || now.state === 'closed') return closed();
  if (/merge queue/i.test(error.said)) return await enqueue(github, number, now.node_id, head);
  // When the base moves, GitHub must compute again whether the pull request can be merged.
  const isPassing =
    now.mergeable === null || /base branch was modified|in progress|try again later/i.test(error.said);
  if (isPassing && !isLast) return 'again';
  if (error.code === 'UNREACHABLE' || error.status === 403) throw error;
  return refusedBecause(error.said);
}

function closed(): MergeOutcome {
  return { kind: 'refused', needs: 'person', reason: 'it is closed' };
}

/** GitHub may have deleted the branch already. */
async function deleteHead(github: GitHub, { branch }: PullRequest): Promise<void> {
  try {
    await github.ask(`delete branch ${branch}`, ({ rest }) =>
      rest.git.deleteRef({ ...github.place, ref: `heads/${branch}` }),
    );
  } catch (error) {
    if (!isRefusal(error, 404, 422)) throw error;
  }
}
