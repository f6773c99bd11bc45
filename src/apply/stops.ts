import { HOLDS_FILE, type Hold, isActive, isStop, STOPPED } from '../environments/holds/holds.ts';
import type { PullRequest } from '../forges/forge.ts';
import type { HoldFacts } from '../gates/facts.ts';
import { holdFacts } from '../gates/hold.ts';
import { readFiles } from '../git/read-files.ts';
import { holdGroup } from '../plan/groups.ts';
import { branchOf, type ProposalRun } from '../proposals/run.ts';
import type { PinsOutcome } from '../proposals/task.ts';
import type { Run } from './run.ts';

/** The branch that stops and their release are proposed on. */
function stopBranch(run: Pick<ProposalRun, 'environment'>): string {
  return branchOf(run, holdGroup(STOPPED));
}

/**
 * The holds with a stop that is only proposed: it applies from the moment its pull request is open. The open pull
 * requests of the environment are listed anyway.
 */
export async function withProposedStop(run: Run, facts: HoldFacts): Promise<HoldFacts> {
  const { forge, base } = run;
  if (forge === undefined || facts.kind === 'unreadable') return facts;
  const open = await forge.openPullRequests(branchOf(run, ''), base.branch);
  const pullRequest = open.find(({ branch }) => branch === stopBranch(run));
  if (pullRequest === undefined) return facts;
  const proposed = await stopIn(run, pullRequest);
  if (proposed.kind === 'unreadable') return proposed;
  return { kind: 'read', holds: [...proposed.holds, ...facts.holds] };
}

/** Whether a stop was proposed since the gates were judged; asked anew, since copying takes its time. */
export async function stoppedMeanwhile(
  run: Run,
): Promise<Extract<PinsOutcome, { kind: 'changed' }> | undefined> {
  const found = await run.forge?.pullRequests.find(stopBranch(run), run.base.branch);
  if (found?.state !== 'open') return undefined;
  const proposed = await stopIn(run, found);
  if (proposed.kind === 'read' && proposed.holds.length === 0) return undefined;
  return { kind: 'changed', reason: `${run.environment.name} is stopped: ${found.url}` };
}

/** The stop that a pull request proposes. A release of it on the same branch has none. */
async function stopIn(
  { environment, repository, effects }: Run,
  { head, url }: PullRequest,
): Promise<HoldFacts> {
  const texts = await readFiles(repository, head, path => path === HOLDS_FILE);
  const facts = holdFacts(environment, texts.get(HOLDS_FILE));
  if (facts.kind === 'unreadable') return { ...facts, reason: `${url}: ${facts.reason}` };
  const stops = facts.holds.filter(hold => isStop(hold) && isActive(hold, effects.now()));
  return { kind: 'read', holds: stops.map((hold): Hold => ({ ...hold, reason: `${hold.reason} (${url})` })) };
}
