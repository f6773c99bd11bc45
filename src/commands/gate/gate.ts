import { groupBranch, groupOnBranch } from '../../environments/commits.ts';
import type { Environment, Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { ProposedMerge } from '../../forges/forge.ts';
import { GATE_STATUS } from '../../plan/gate-status.ts';
import { statusLine } from '../../proposals/status.ts';
import type { GateAnswer } from '../../reports/gate.ts';
import type { Effects } from '../../run/effects.ts';
import { remember } from '../../run/remember.ts';
import { type JudgedChange, judgeChange, judgeRevert } from './judge-change.ts';
import { judgeMergeGroup } from './merge-group.ts';
import { areThere, openChanges } from './open-changes.ts';
import { judgeElsewhere } from './other-branches.ts';
import type { GatePlace } from './place.ts';
import { onBranch, placeOf } from './place.ts';

/** The change that the gate job judges. */
export type GateSubject =
  | { readonly kind: 'pull-request'; readonly number: number }
  /** Several pull requests that GitHub's merge queue tests together. */
  | {
      readonly kind: 'merge-group';
      readonly before: string;
      readonly after: string;
      readonly branch: string;
    };

/** The request to the gate job. */
export interface GateRequest {
  readonly subject: GateSubject;
  /** The CI's own repository, which has the pull request; absent: the only deployment repository. */
  readonly repository: string | undefined;
  /** The environments file's path, if it is in that repository. */
  readonly file: string | undefined;
  readonly runUrl: string | undefined;
  /**
   * Whether a job in the pull request's own pipeline asks. Its exit code is the only answer: no status is
   * set, and promote's own branches are judged too.
   */
  readonly inPipeline?: boolean | undefined;
}

/**
 * Answers whether a change that promote did not make may be merged, and sets the status on its newest commit. apply
 * answers for promote's own branches, so that each commit has one writer. Throws `NOT_FOUND` if no such pull request is
 * open, `CONFIGURATION` on plain Git.
 */
export async function answerGate(
  given: Effects,
  environments: Environments,
  asked: GateRequest,
): Promise<GateAnswer> {
  const { effects } = remember(given);
  const at = await placeOf(effects, environments, asked.repository);
  const { subject } = asked;
  if (subject.kind === 'merge-group') {
    const place = await onBranch({ ...at, effects, environments }, subject.branch);
    const { after } = subject;
    const judged = await judgeMergeGroup(place, { ...subject, file: asked.file });
    return await settle(
      place,
      asked,
      { subject: `merge group ${after.slice(0, 12)}`, commit: after },
      judged,
    );
  }
  const merge = await at.forge.proposedMerge(subject.number);
  if (merge === undefined) {
    throw new PromoteError(
      'NOT_FOUND',
      `gate: no open pull request #${subject.number} in ${at.repository.name}`,
    );
  }
  const about = { subject: merge.url, commit: merge.head };
  const place = await onBranch({ ...at, effects, environments }, merge.base);
  const ours = ownEnvironment(place, merge);
  if (ours !== undefined) return { ...about, ...(await judgeOurs(place, asked, merge, ours)) };
  if (merge.merge === undefined) return await settle(place, asked, about, unmerged(merge));
  const judged = await judgeChange(place, { ...merge.merge, file: asked.file, explained: new Map() });
  const elsewhere = await judgeElsewhere({ ...at, effects, environments }, merge, asked.file);
  const answer = elsewhere ?? (await judgeRevert(place, merge, judged))?.judged ?? judged;
  return await settle(place, asked, about, answer);
}

/** The environment that this branch of promote belongs to. Only apply pushes to it and sets its status. */
function ownEnvironment({ here }: GatePlace, { isOwn, branch }: ProposedMerge): Environment | undefined {
  return isOwn ? here.find(environment => groupOnBranch(environment, branch) !== undefined) : undefined;
}

/** In a pull request's own pipeline, judges promote's branch as apply would. */
async function judgeOurs(
  place: GatePlace,
  { inPipeline }: GateRequest,
  { branch, head }: ProposedMerge,
  environment: Environment,
): Promise<Pick<GateAnswer, 'state' | 'reason' | 'changes' | 'notices'>> {
  const nothing = { changes: [], notices: [] };
  if (!inPipeline) return { ...nothing, state: 'ours', reason: 'apply answers for this branch' };
  for (const open of await openChanges(place, environment)) {
    if (groupBranch(environment, open.change.group) !== branch || open.head !== head) continue;
    if (await areThere(place, environment, open.change.members))
      return { ...nothing, state: 'success', reason: 'its gates are open, and its images are there' };
  }
  const reason = `not all of its gates are open, or its images are not there: run promote apply ${environment.name}, then retry this job`;
  return { ...nothing, state: 'pending', reason };
}

function unmerged({ conflicts }: ProposedMerge): JudgedChange {
  const reason = conflicts
    ? 'it conflicts with its base, so its changes are not known'
    : 'the forge has not made its trial merge yet, so its changes are not known';
  return { state: 'pending', reason, changes: [], notices: [] };
}

async function settle(
  { forge }: GatePlace,
  { runUrl, subject, inPipeline }: GateRequest,
  about: Pick<GateAnswer, 'subject' | 'commit'>,
  { state, reason, changes, notices }: JudgedChange,
): Promise<GateAnswer> {
  const description = statusLine(reason);
  const status = { context: GATE_STATUS, state, description, url: runUrl };
  // GitLab shows the status only with the merge request's own pipeline.
  const number = subject.kind === 'pull-request' ? subject.number : undefined;
  if (!inPipeline) await forge.pullRequests.setStatus(about.commit, status, number);
  return { ...about, state, reason, changes, notices };
}
