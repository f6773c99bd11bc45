import { HOLDS_FILE, type Hold, holdTime, isActive, isStop, STOPPED } from '../environments/holds/holds.ts';
import { PromoteError } from '../errors.ts';
import type { Forge, PullRequest } from '../forges/forge.ts';
import type { HoldFacts } from '../gates/facts.ts';
import { holdFacts } from '../gates/hold.ts';
import { readFiles } from '../git/read-files.ts';
import { holdGroup } from '../plan/groups.ts';
import { markAsOurs } from '../proposals/close.ts';
import { CLOSED_BY_US } from '../proposals/proposal.ts';
import { branchOf, type ProposalRun } from '../proposals/run.ts';
import type { PinsOutcome } from '../proposals/task.ts';
import type { Run } from '../run/run.ts';

/** The branch that stops and their release are proposed on. */
function stopBranch(run: Pick<ProposalRun, 'environment'>): string {
  return branchOf(run, holdGroup(STOPPED));
}

/**
 * The holds with a stop that is only proposed: it applies from the moment its pull request is open. The open pull
 * requests of the environment are listed anyway; `asksClosed`: one that is closed is looked for too.
 */
export async function withProposedStop(run: Run, facts: HoldFacts, asksClosed: boolean): Promise<HoldFacts> {
  const { forge, base } = run;
  if (forge === undefined || facts.kind === 'unreadable') return facts;
  const open = await forge.openPullRequests(branchOf(run, ''), base.branch);
  const listed = open.find(({ branch }) => branch === stopBranch(run));
  const pullRequest = listed ?? (asksClosed ? await stillStopping(run, forge) : undefined);
  if (pullRequest === undefined) return facts;
  const proposed = await stopIn(run, pullRequest);
  if (proposed.kind === 'unreadable') return proposed;
  return { kind: 'read', holds: [...proposed.holds, ...facts.holds] };
}

/** Whether a stop was proposed since the gates were judged; asked anew, since copying takes its time. */
export async function stoppedMeanwhile(
  run: Run,
): Promise<Extract<PinsOutcome, { kind: 'changed' }> | undefined> {
  const found = run.forge && (await stillStopping(run, run.forge));
  if (found === undefined) return undefined;
  const proposed = await stopIn(run, found);
  if (proposed.kind === 'read' && proposed.holds.length === 0) return undefined;
  return { kind: 'changed', reason: `${run.environment.name} is stopped: ${found.url}` };
}

/** Whether a stop goes on whose pull request no person closed. */
export async function isStoppedByClosed(run: Run): Promise<boolean> {
  return run.forge !== undefined && (await stillStopping(run, run.forge))?.state === 'closed';
}

/** Ends a stop whose pull request no person closed: its release has nothing to merge. Answers which one that was. */
export async function endClosedStop(run: Run): Promise<PullRequest | undefined> {
  const { forge, environment } = run;
  const found = forge && (await stillStopping(run, forge));
  if (forge === undefined || found?.state !== 'closed') return undefined;
  return await markAsOurs(forge, environment.pullRequest, found);
}

/** The newest pull request of a stop, unless it was merged, or closed by a person: a bot, or a clean-up, ends none. */
async function stillStopping(run: Run, { pullRequests }: Forge): Promise<PullRequest | undefined> {
  const found = await pullRequests.find(stopBranch(run), run.base.branch);
  if (found === undefined || found.state === 'merged') return undefined;
  const isEnded = found.state === 'closed' && (found.closing === undefined || isReleased(found));
  return isEnded ? undefined : found;
}

function isReleased({ body }: PullRequest): boolean {
  return body.includes(CLOSED_BY_US);
}

/** The stop that a pull request proposes. A release of it on the same branch has none. */
async function stopIn(run: Run, pullRequest: PullRequest): Promise<HoldFacts> {
  const { url } = pullRequest;
  const facts = await factsAt(run, pullRequest);
  if (facts.kind === 'unreadable') return { ...facts, reason: `${url}: ${facts.reason}` };
  const stops = facts.holds.filter(hold => isStop(hold) && isActive(hold, run.effects.now()));
  return {
    kind: 'read',
    holds: stops.map((hold): Hold => ({ ...hold, reason: `${hold.reason} (${url})` })),
  };
}

async function factsAt(
  { environment, repository }: Run,
  { head, state, author, openedAt }: PullRequest,
): Promise<HoldFacts> {
  try {
    const texts = await readFiles(repository, head, path => path === HOLDS_FILE);
    return holdFacts(environment, texts.get(HOLDS_FILE));
  } catch (error) {
    if (state === 'open' || !(error instanceof PromoteError) || !GONE.includes(error.code)) throw error;
    // Its branch was deleted, and its commit with that: what it stopped is not known to have ended.
    const by = author.name;
    const since = holdTime(openedAt);
    const reason = 'its commit cannot be read any more';
    const hold = { environment: environment.name, image: STOPPED, digest: 'all', reason, by, since } as const;
    return { kind: 'read', holds: [hold] };
  }
}

const GONE: readonly string[] = ['NOT_FOUND', 'GIT'];
