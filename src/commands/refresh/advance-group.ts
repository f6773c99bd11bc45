import { failureText } from '../../errors.ts';
import type { PullRequest, PullRequestContent } from '../../forges/forge.ts';
import { refreshMessage } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { nextStep, type ProposalState } from '../../proposals/next-step.ts';
import { withOwnWords } from '../../proposals/own-words.ts';
import { CLOSED_BY_US } from '../../proposals/proposal.ts';
import type { GroupRefresh, RefreshOutcome } from '../../reports/refresh.ts';
import type { RefreshedImage } from '../../reports/refresh-images.ts';
import { contain } from '../../run/contain.ts';
import { refreshContent } from './content.ts';
import { describeImages } from './describe-images.ts';
import { editGroup, isOurs, type RefreshProposal } from './proposal-state.ts';
import type { Questions } from './questions.ts';
import type { RefreshRun } from './refresh-run.ts';

/** The states in which something is written. */
const NEW: readonly ProposalState[] = ['none', 'outdated', 'current'];

type Outcome = Omit<RefreshOutcome, 'branch'>;

/** Advances one group's proposal as far as possible now; a failure concerns only this group. */
export async function advanceGroup(
  run: RefreshRun,
  group: RefreshGroup,
  asked: {
    readonly proposal: RefreshProposal;
    /** Why no new pull request is opened now. */
    readonly postponed: string | undefined;
    readonly questions: Questions;
    readonly writes: boolean;
  },
): Promise<GroupRefresh> {
  const { proposal, postponed, questions, writes } = asked;
  const { state, branch, pullRequest } = proposal;
  const isPublished = pullRequest?.state === 'open' || state === 'declined';
  const place = { branch, ...(pullRequest && isPublished ? { url: pullRequest.url } : {}) };
  const isNew = postponed === undefined && NEW.includes(state);
  const { images, waiting } = await describeImages({ ...run, questions }, group, isNew);
  const end = (outcome: Outcome): GroupRefresh => ({ group, images, outcome: { ...place, ...outcome } });
  const reason = postponed ?? waiting;
  if (reason !== undefined) return end({ kind: 'postponed', reason });
  if (state === 'foreign' || state === 'declined') return end({ kind: state });
  if (state === 'wider')
    return end({ kind: 'held', reason: 'it is open for more than this run could judge' });
  if (!writes) return end({ kind: isNew ? 'planned' : 'held' });
  const done = await contain(() => advance(run, group, proposal, images));
  if (done.kind === 'done') return end(done.value);
  return end({ kind: 'failed', reason: failureText(done.error) });
}

/** Follows the state table step by step. A merge waits for no status. */
async function advance(
  run: RefreshRun,
  group: RefreshGroup,
  proposal: RefreshProposal,
  images: readonly RefreshedImage[],
): Promise<Outcome> {
  const { merge } = run.refresh.pullRequest;
  const goal = merge.kind === 'manual' || run.forge === undefined ? 'green' : 'merge';
  let { state, commit, pullRequest } = proposal;
  let kind: Outcome['kind'] = 'held';
  for (;;) {
    switch (nextStep('ready', state, goal)) {
      case 'update':
        commit = await commitGroup(run, group, proposal);
        if (commit === undefined) return { kind: 'moved' };
        state = 'current';
        break;
      case 'turn-green': {
        const shown = await publish(run, proposal, commit ?? '', refreshContent(run, group, images));
        ({ kind, pullRequest } = shown);
        state = 'green';
        break;
      }
      case 'merge':
        return { kind, ...(await mergePullRequest(run, pullRequest)) };
      default:
        return pullRequest === undefined ? { kind } : { kind, url: pullRequest.url };
    }
  }
}

/** Commits the group's edits to its branch in one push; `undefined` if a branch moved meanwhile. */
async function commitGroup(
  { effects, environments, refresh, place: { repository, head } }: RefreshRun,
  group: RefreshGroup,
  { branch, commit }: RefreshProposal,
): Promise<string | undefined> {
  const files = await editGroup(environments, repository, head.commit, group);
  if (files === undefined) return undefined;
  const place = { branch, parent: head.commit, expected: commit, files, ciFiles: true };
  const message = refreshMessage(refresh.commits, group);
  const made = await repository.commit({ ...place, message, date: effects.now() });
  return made.kind === 'moved' ? undefined : made.commit;
}

/** Opens or updates the pull request. On plain Git there is only the branch. */
async function publish(
  { forge, place }: RefreshRun,
  { branch, commit: before, pullRequest }: RefreshProposal,
  commit: string,
  content: PullRequestContent,
): Promise<{ readonly kind: 'opened' | 'updated'; readonly pullRequest: PullRequest | undefined }> {
  if (forge === undefined)
    return { kind: before === undefined ? 'opened' : 'updated', pullRequest: undefined };
  const { pullRequests } = forge;
  const isOpen = pullRequest?.state === 'open';
  const shown = isOpen
    ? await pullRequests.update(pullRequest, withTheirWords(pullRequest, content))
    : await pullRequests.open(branch, place.head.branch, content);
  return { kind: isOpen ? 'updated' : 'opened', pullRequest: { ...shown, head: commit } };
}

/** The content without overwriting text that others wrote, or a draft state that a person changed. */
function withTheirWords(open: PullRequest, content: PullRequestContent): PullRequestContent {
  const { title, body } = withOwnWords(open, content);
  return { ...content, title, body: body.replaceAll(CLOSED_BY_US, '').trimEnd(), draft: open.draft };
}

/** Asks the forge to merge, now or when its rules allow it, unless others committed to the branch. */
async function mergePullRequest(
  run: RefreshRun,
  pullRequest: PullRequest | undefined,
): Promise<Partial<Outcome>> {
  const { forge, refresh } = run;
  const { merge } = refresh.pullRequest;
  if (forge === undefined || pullRequest === undefined || merge.kind === 'manual') return {};
  const { url } = pullRequest;
  if (!(await isOurs(run, pullRequest.head)))
    return { url, reason: 'not merged: somebody has committed to its branch' };
  const outcome = await forge.pullRequests.merge(pullRequest, merge.method, {
    whenReady: true,
    deleteBranch: merge.deleteBranch,
  });
  switch (outcome.kind) {
    case 'merged':
      return { kind: 'merged', url };
    case 'moved':
      return { url, reason: 'not merged: its branch moved meanwhile' };
    case 'queued':
      return { url, reason: 'merges once its branch lets it' };
    case 'refused':
      return { url, reason: `not merged: ${outcome.reason}` };
  }
}
