import { askedBy } from '../apply/carry-out.ts';
import { proposalRun } from '../apply/proposal-run.ts';
import { propose } from '../apply/propose.ts';
import type { Environment, Environments } from '../environments/environments.ts';
import { type HoldEntry, parseEntries, readableEntries, STOPPED } from '../environments/holds/holds.ts';
import { PromoteError } from '../errors.ts';
import { findSources } from '../facts/sources.ts';
import { endClosedStop } from '../facts/stops.ts';
import type { PullRequest } from '../forges/forge.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { Digest } from '../oci/digest.ts';
import { trailers } from '../plan/commit-message.ts';
import { holdGroup } from '../plan/groups.ts';
import type { ProposeHolds } from '../plan/holds/propose-holds.ts';
import { unreadableText } from '../plan/image-pins.ts';
import { environmentMessage } from '../plan/message-template.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { PlanBook } from '../proposals/decided.ts';
import type { GroupChange } from '../proposals/group-change.ts';
import { judgeGroup } from '../proposals/judge-group.ts';
import { linkTo, type Proposal } from '../proposals/proposal.ts';
import { readHolds } from '../proposals/read-change.ts';
import { branchOf } from '../proposals/run.ts';
import { settle } from '../proposals/settle.ts';
import type { PinsResult } from '../reports/pins.ts';
import type { Effects } from '../run/effects.ts';
import { beginRun, type Run, readPlanBook } from '../run/run.ts';

/** A change to the holds on one image, and the subject of its commit. */
export interface HoldsChange {
  readonly image: string;
  readonly edit: ProposeHolds;
  /** One line: the commit's subject, or a function that decides it by the holds that there are. */
  readonly subject: string | ((run: Run, entries: readonly HoldEntry[]) => Promise<HoldsWords>);
  /** Whether the change only releases holds. */
  readonly releases?: boolean | undefined;
}

/** The words of a change of holds. */
export interface HoldsWords {
  readonly subject: string;
  /** What is said if nothing is to be changed; absent: the subject. */
  readonly idle?: string | undefined;
}

/** What became of a change of holds. */
export interface HoldsOutcome {
  /** The change in one line. */
  readonly summary: string;
  readonly pins: PinsResult;
}

/**
 * Commits a change to the holds, directly or by pull request, as the environment does with pins. An open pull
 * request for the same image's holds is updated to this change, or closed if no change is left.
 */
export async function changeHolds(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  request: PromotionRequest,
  wanted: HoldsChange,
): Promise<HoldsOutcome> {
  const run = await beginRun(effects, environments, { ...request, environment: environment.name });
  const group = holdGroup(wanted.image);
  const pullRequest = await groupPullRequest(run, group);
  const { subject, idle = subject } = await wordsOf(run, wanted, pullRequest);
  const pins = await changePins(run, { ...wanted, subject }, pullRequest);
  return { summary: pins.kind === 'unchanged' ? idle : subject, pins };
}

async function changePins(
  run: Run,
  { image, edit, subject, releases }: HoldsChange & HoldsWords,
  pullRequest: PullRequest | undefined,
): Promise<PinsResult> {
  const { effects, environment } = run;
  const group = holdGroup(image);
  for (const { error } of run.files.unreadable) {
    effects.log(`may hold a pin and cannot be read: ${unreadableText(error)}`);
  }
  const book = await readPlanBook(run, 'hold');
  const plan = book.planOf(group, []);
  const decision: PlannedGroup = { group, judged: [], state: 'ready', plan, members: [], verdicts: [] };
  // No approval is required: the merge is the approval.
  const change: GroupChange = { group, members: [], approval: undefined, editHolds: edit, reverts: [] };
  const message = async (earlier?: readonly string[]) => {
    const { requesters, tickets } = await askedBy(run, undefined, earlier);
    return environmentMessage(environment, {
      summary: subject,
      group,
      images: [{ name: image, version: '' }],
      notes: [],
      changes: [],
      tickets,
      trailers: trailers(plan, [], requesters),
    });
  };
  const found = pullRequest && (await judgeProposal(run, { decision, change }, pullRequest, book));
  const outcome = await propose(run, { decision, change, plan, message, found });
  const proposing = proposalRun(run);
  if (outcome.kind === 'unchanged' && proposing !== undefined && found?.pullRequest.state === 'open') {
    const nothing = { group, judged: [], state: 'nothing' } as const;
    return (await settle(proposing, { decision: nothing, change, found })) ?? outcome;
  }
  if (outcome.kind === 'unchanged' && releases && image === STOPPED) {
    const ended = await endClosedStop(run);
    return ended === undefined ? outcome : { kind: 'closed', pullRequest: linkTo(ended) };
  }
  if (outcome.kind !== 'changed') return outcome;
  throw new PromoteError('PLAN_CHANGED', `change the holds of ${environment.name}: ${outcome.reason}`);
}

/** The words of a change, which may depend on the holds of the branch and of what is proposed already. */
async function wordsOf(run: Run, { image, subject }: HoldsChange, open?: PullRequest): Promise<HoldsWords> {
  if (typeof subject === 'string') return { subject };
  const held = parseEntries(run.files.holds ?? '');
  const branch = (await run.branches()).get(branchOf(run, holdGroup(image)));
  const proposed = open?.state === 'open' ? open.head : branch?.commit;
  if (proposed === undefined) return await subject(run, held);
  return await subject(run, [...held, ...readableEntries(await readHolds(run.repository, proposed))]);
}

/** The group's pull request. One that somebody closed does not count, since the change was requested again. */
async function groupPullRequest(run: Run, group: string): Promise<PullRequest | undefined> {
  const found = await proposalRun(run)?.forge.pullRequests.find(branchOf(run, group), run.base.branch);
  return found?.state === 'closed' ? undefined : found;
}

async function judgeProposal(
  run: Run,
  task: { readonly decision: PlannedGroup; readonly change: GroupChange },
  pullRequest: PullRequest,
  book: PlanBook,
): Promise<Proposal | undefined> {
  const proposing = proposalRun(run);
  if (proposing === undefined) return undefined;
  return (await judgeGroup(proposing, task, pullRequest, { ...book, reviewed: () => task.decision }))
    .proposal;
}

/** The digest that would be promoted next: the environment before pins it, and this one does not. */
export async function digestOnItsWay(
  effects: Effects,
  environments: Environments,
  environment: Environment,
  image: string,
  request: PromotionRequest,
): Promise<Digest> {
  const failures = new Map<string, PromoteError>();
  const asked = { ...request, environment: environment.name, images: new Map([[image, undefined]]) };
  const run = await beginRun(effects, environments, asked);
  const sources = await findSources(run, failures);
  for (const failure of failures.values()) throw failure;
  const pinned = new Set(run.files.pins.filter(pin => pin.image === image).map(({ pin }) => pin.digest));
  const coming = sources.flatMap(({ digest }) => (digest === undefined || pinned.has(digest) ? [] : digest));
  const [digest, ...others] = new Set(coming);
  if (digest !== undefined && others.length === 0) return digest;
  const found = digest === undefined ? 'no digest' : 'more than one digest';
  throw new PromoteError('USAGE', `hold ${image}: ${found} is on its way into ${environment.name}`, {
    hint: 'name what to hold (--digest <digest>), or hold every one (--all)',
  });
}
