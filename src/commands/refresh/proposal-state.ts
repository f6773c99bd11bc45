import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { PullRequest } from '../../forges/forge.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Repository } from '../../git/repository.ts';
import { pinPaths } from '../../plan/image-pins.ts';
import { editReferences } from '../../plan/refresh/edit-references.ts';
import type { RefreshGroup, RefreshPlan } from '../../plan/refresh/refresh-plan.ts';
import { isMerge, readTrailers } from '../../plan/trailers.ts';
import type { ProposalState } from '../../proposals/next-step.ts';
import { isNamedIn, isSaid, policyMark } from './content.ts';
import type { RefreshRun } from './refresh-run.ts';

/** A group's pull request, or on plain Git its branch, before anything is written. */
export interface RefreshProposal {
  /**
   * `green`: it contains the group and its body says so; no status is waited for. `current`: only its branch contains
   * the group.
   */
  readonly state: ProposalState;
  readonly branch: string;
  /** The branch's head, if it exists. */
  readonly commit: string | undefined;
  readonly pullRequest: PullRequest | undefined;
}

/** Reads the group's branch and its pull request, which is one of the open ones or is looked up. */
export async function proposalOf(
  run: RefreshRun,
  group: RefreshGroup,
  known: { readonly open: readonly PullRequest[]; readonly unsettled: RefreshPlan['unsettled'] },
): Promise<RefreshProposal> {
  const { forge, place } = run;
  const branch = `${place.prefix}${group.name}`;
  const listed = known.open.find(pullRequest => pullRequest.branch === branch);
  const pullRequest = listed ?? (await forge?.pullRequests.find(branch, place.head.branch));
  const commit =
    pullRequest?.state === 'open' ? pullRequest.head : (await place.repository.head(branch))?.commit;
  const isSettled =
    !known.unsettled.has(group.name) || pullRequest?.body.includes(policyMark(run.refresh)) === false;
  const state = await stateOf(run, group, { commit, pullRequest, isSettled });
  return { branch, commit, pullRequest, state };
}

async function stateOf(
  run: RefreshRun,
  group: RefreshGroup,
  found: Pick<RefreshProposal, 'commit' | 'pullRequest'> & { readonly isSettled: boolean },
): Promise<ProposalState> {
  const { commit, pullRequest, isSettled } = found;
  const { forge, place } = run;
  const { digest } = group.plan;
  const isOpen = forge === undefined || pullRequest?.state === 'open';
  // A closing by a bot or a clean-up is not a decision.
  const isDecided = pullRequest?.state === 'closed' && pullRequest.closing === undefined;
  if (isDecided && isNamedIn(pullRequest.body, group)) return 'declined';
  if (commit === undefined) return 'none';
  const hasEdits = await containsEdits(run, group, commit);
  if (isOpen && hasEdits && pullRequest && isSaid(run.refresh, group, pullRequest)) return 'green';
  const own = await ownCommit(run, commit);
  const isReady = hasEdits && own?.plan === digest;
  if (isOpen && isReady) return pullRequest === undefined ? 'green' : 'current';
  const isWider = (hasEdits && !isSettled) || own?.files.some(file => !place.isLookedAt(file));
  if (isOpen && isWider) return 'wider';
  if (!(await isOurs(run, commit))) return 'foreign';
  if (isReady) return 'current';
  return isOpen ? 'outdated' : 'none';
}

/** Whether there is no pull request although there could be one. */
export function isUnproposed({ forge }: RefreshRun, { state, pullRequest }: RefreshProposal): boolean {
  return state === 'none' || (state === 'current' && forge !== undefined && pullRequest?.state !== 'open');
}

/**
 * Whether the branch may be overwritten: its newest commit is ours, apart from merges of the base, or part of the base.
 */
export async function isOurs({ place, forge }: RefreshRun, commit: string): Promise<boolean> {
  if (commit === place.head.commit) return true;
  if ((await forge?.mergeBase(commit, place.head.commit)) === commit) return true;
  for await (const { message } of place.repository.history(commit, () => true)) {
    if (!isMerge(message)) return readTrailers(message).plan !== undefined;
  }
  return true;
}

/** Promote's newest commit on a branch. */
interface OwnCommit {
  /** The digest of its plan, from its message. */
  readonly plan: string;
  /** The files that it changes. */
  readonly files: readonly string[];
}

/** How many newer commits of others are skipped. */
const MOST_COMMITS = 20;

/** Finds promote's newest commit on a branch below commits of others; `undefined` if none is near its tip. */
export async function ownCommit(
  { place: { repository } }: RefreshRun,
  tip: string,
): Promise<OwnCommit | undefined> {
  let looked = 0;
  for await (const { message, changes } of repository.history(tip, () => true)) {
    const { plan } = readTrailers(message);
    if (plan !== undefined) return { plan, files: changes.map(({ path }) => path) };
    looked += 1;
    if (looked === MOST_COMMITS) break;
  }
  return undefined;
}

async function containsEdits(run: RefreshRun, group: RefreshGroup, commit: string): Promise<boolean> {
  const missing = await editGroup(run.environments, run.place.repository, commit, group);
  return missing?.size === 0 && !(await isBehind(run, group, commit));
}

/** Whether the base has changed one of the group's files since the merge base, so that a merge could conflict. */
async function isBehind(
  { place: { repository, head }, forge }: RefreshRun,
  { members }: RefreshGroup,
  commit: string,
): Promise<boolean> {
  const mergeBase = await forge?.mergeBase(commit, head.commit);
  if (mergeBase === undefined || mergeBase === head.commit) return false;
  const files = new Set(members.map(({ site }) => site.pin.file));
  const [then, now] = await Promise.all(
    [mergeBase, head.commit].map(async at => {
      const listed = await repository.list(at);
      return listed.filter(({ path }) => files.has(path)).map(({ path, blob }) => `${path} ${blob}`);
    }),
  );
  return then?.toSorted().join('\n') !== now?.toSorted().join('\n');
}

/**
 * The files that a group changes on top of a commit; none if the commit contains the group. `undefined` if a reference
 * has neither its old nor its new value.
 */
export async function editGroup(
  environments: Environments,
  repository: Repository,
  commit: string,
  { members }: RefreshGroup,
): Promise<ReadonlyMap<string, string> | undefined> {
  const byFile = Map.groupBy(members, ({ site }) => site.pin.file);
  const texts = await readFiles(repository, commit, path => byFile.has(path));
  const edited = new Map<string, string>();
  try {
    for (const [file, of] of byFile) {
      const text = texts.get(file);
      if (text === undefined) return undefined;
      const edits = of.map(({ site: { pin, written }, update: { target } }) => ({
        locator: pin.locator,
        written,
        target,
      }));
      const after = editReferences(file, text, edits, pinPaths(environments, file));
      if (after !== text) edited.set(file, after);
    }
  } catch (error) {
    if (error instanceof PromoteError && error.code === 'PLAN_CHANGED') return undefined;
    throw error;
  }
  return edited;
}
