import { askedBy } from '../apply/carry-out.ts';
import { proposalRun } from '../apply/proposal-run.ts';
import { propose } from '../apply/propose.ts';
import type { Environment, Environments } from '../environments/environments.ts';
import { STOPPED } from '../environments/holds/holds.ts';
import { PromoteError } from '../errors.ts';
import { findSources } from '../facts/sources.ts';
import { endClosedStop } from '../facts/stops.ts';
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
import { branchOf } from '../proposals/run.ts';
import { settle } from '../proposals/settle.ts';
import type { PinsResult } from '../reports/pins.ts';
import type { Effects } from '../run/effects.ts';
import { beginRun, type Run, readPlanBook } from '../run/run.ts';

/** A change to the holds on one image, and the subject of its commit. */
export interface HoldsChange {
  readonly image: string;
  readonly edit: ProposeHolds;
  /** One line: the commit's subject. */
  readonly subject: string;
  /** Whether the change only releases holds. */
  readonly releases?: boolean | undefined;
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
  { image, edit, subject, releases }: HoldsChange,
): Promise<PinsResult> {
  const run = await beginRun(effects, environments, { ...request, environment: environment.name });
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
  const found = await findProposal(run, { decision, change }, book);
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

/**
 * The change's open proposal. One that somebody closed does not count, since the change was requested again.
 */
async function findProposal(
  run: Run,
  task: { readonly decision: PlannedGroup; readonly change: GroupChange },
  book: PlanBook,
): Promise<Proposal | undefined> {
  const proposing = proposalRun(run);
  const branch = branchOf(run, task.change.group);
  const found = await proposing?.forge.pullRequests.find(branch, run.base.branch);
  if (proposing === undefined || found === undefined || found.state === 'closed') return undefined;
  return (await judgeGroup(proposing, task, found, { ...book, reviewed: () => task.decision })).proposal;
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
