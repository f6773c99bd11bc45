import { HOLDS_FILE, type Hold, holdTime, isActive, isStop, STOPPED } from '../environments/holds/holds.ts';
import { PromoteError } from '../errors.ts';
import type { Forge, PullRequest } from '../forges/forge.ts';
import type { HoldFacts } from '../gates/facts.ts';
import { holdFacts, stopAmong } from '../gates/hold.ts';
import { readFiles } from '../git/read-files.ts';
import { holdGroup } from '../plan/groups.ts';
import { markAsOurs } from '../proposals/close.ts';
import { CLOSED_BY_US } from '../proposals/proposal.ts';
import { branchOf, type ProposalRun } from '../proposals/run.ts';
import type { PinsOutcome } from '../proposals/task.ts';
import type { Run } from '../run/run.ts';

/** The branch on which stops and their releases are proposed. */
function stopBranch(run: Pick<ProposalRun, 'environment'>): string {
  return branchOf(run, holdGroup(STOPPED));
}

/**
 * Adds a proposed stop to the holds: it applies as soon as its pull request is open. `asksClosed`: a closed
 * pull request is looked for too, which costs a request.
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

/** What stops everything in the environment now, proposed or merged. `asksClosed`: as for `withProposedStop`. */
export async function findStop(run: Run, asksClosed: boolean): Promise<Hold | undefined> {
  const holds = await withProposedStop(run, holdFacts(run.environment, run.files.holds), asksClosed);
  return stopAmong(holds, run.effects.now());
}

/** Whether a stop was proposed since the gates were judged. It is asked again, since copying takes time. */
export async function stoppedMeanwhile(
  run: Run,
): Promise<Extract<PinsOutcome, { kind: 'changed' }> | undefined> {
  const found = run.forge && (await stillStopping(run, run.forge));
  if (found === undefined) return undefined;
  const proposed = await stopIn(run, found);
  if (proposed.kind === 'read' && proposed.holds.length === 0) return undefined;
  return { kind: 'changed', reason: `${run.environment.name} is stopped: ${found.url}` };
}

/** Whether a stop still applies because no person closed its pull request. */
export async function isStoppedByClosed(run: Run): Promise<boolean> {
  return run.forge !== undefined && (await stillStopping(run, run.forge))?.state === 'closed';
}

/** Ends such a stop, whose release has nothing to merge, and returns its pull request, if there is one. */
export async function endClosedStop(run: Run): Promise<PullRequest | undefined> {
  const { forge, environment } = run;
  const found = forge && (await stillStopping(run, forge));
  if (forge === undefined || found?.state !== 'closed') return undefined;
  return await markAsOurs(forge, environment.pullRequest, found);
}

/** The newest pull request of a stop, unless it was merged or a person closed it; a bot cannot end a stop. */
async function stillStopping(run: Run, { pullRequests }: Forge): Promise<PullRequest | undefined> {
  const found = await pullRequests.find(stopBranch(run), run.base.branch);
  if (found === undefined || found.state === 'merged') return undefined;
  const isEnded = found.state === 'closed' && (found.closing === undefined || isReleased(found));
  return isEnded ? undefined : found;
}

function isReleased({ body }: PullRequest): boolean {
  return body.includes(CLOSED_BY_US);
}

/** The stop that a pull request proposes; none if it proposes a release on the same branch. */
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
    // The branch and its commit are gone. Nothing shows that the stop has ended, so all is stopped.
    const by = author.name;
    const since = holdTime(openedAt);
    const reason = 'its commit cannot be read any more';
    const hold = { environment: environment.name, image: STOPPED, digest: 'all', reason, by, since } as const;
    return { kind: 'read', holds: [hold] };
  }
}

const GONE: readonly string[] = ['NOT_FOUND', 'GIT'];
