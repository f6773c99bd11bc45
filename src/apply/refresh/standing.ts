import type { PullRequest } from '../../forges/forge.ts';
import type { RefreshGroup, RefreshPlan } from '../../plan/refresh/refresh-plan.ts';
import { isMerge, readTrailers } from '../../plan/trailers.ts';
import { editGroup } from './edit-group.ts';
import { isToldIn, policyMark } from './images-mark.ts';
import { ownCommit } from './own-commit.ts';
import type { Proposing } from './proposing.ts';

/** Where a group's pull request, or on plain Git its branch, stands before anything is written. */
export interface Standing {
  /**
   * `held`: it holds the group already; `untold`: the branch does, and the pull request's text is of an older state;
   * `wider`: it is open for more than this run could judge; `due`: there is none; `unopened`: nor is there, but the
   * branch holds the group; `outdated`: it is open for an older state or for what has left the group, or the base changed
   * its files; `foreign`: somebody's commits are on the branch; `declined`: a person closed it for these very images.
   */
  readonly state: 'held' | 'untold' | 'wider' | 'due' | 'unopened' | 'outdated' | 'foreign' | 'declined';
  readonly branch: string;
  /** What the branch points at, where it exists. */
  readonly commit: string | undefined;
  readonly pullRequest: PullRequest | undefined;
}

/** Looks at the group's branch, and at its pull request, which is among the open ones or has to be asked for. */
export async function standingOf(
  proposing: Proposing,
  group: RefreshGroup,
  run: { readonly open: readonly PullRequest[]; readonly unsettled: RefreshPlan['unsettled'] },
): Promise<Standing> {
  const { forge, place } = proposing;
  const branch = `${place.prefix}${group.name}`;
  const listed = run.open.find(pullRequest => pullRequest.branch === branch);
  const pullRequest = listed ?? (await forge?.pullRequests.find(branch, place.head.branch));
  const commit =
    pullRequest?.state === 'open' ? pullRequest.head : (await place.repository.head(branch))?.commit;
  const isSettled =
    !run.unsettled.has(group.name) || pullRequest?.body.includes(policyMark(proposing.refresh)) === false;
  const state = await stateOf(proposing, group, { commit, pullRequest, isSettled });
  return { branch, commit, pullRequest, state };
}

async function stateOf(
  proposing: Proposing,
  group: RefreshGroup,
  found: Pick<Standing, 'commit' | 'pullRequest'> & { readonly isSettled: boolean },
): Promise<Standing['state']> {
  const { commit, pullRequest, isSettled } = found;
  const { forge, place } = proposing;
  const { digest } = group.plan;
  const isOpen = forge === undefined || pullRequest?.state === 'open';
  if (pullRequest?.state === 'closed' && isToldIn(pullRequest.body, group)) return 'declined';
  if (commit === undefined) return 'due';
  const hasEdits = await holds(proposing, group, commit);
  if (isOpen && hasEdits && pullRequest?.body.includes(digest)) return 'held';
  const own = await ownCommit(place, commit);
  const isReady = hasEdits && own?.plan === digest;
  if (isOpen && isReady) return pullRequest === undefined ? 'held' : 'untold';
  const isWider = (hasEdits && !isSettled) || own?.files.some(file => !place.isLookedAt(file));
  if (isOpen && isWider) return 'wider';
  if (!(await isOurs(proposing, commit))) return 'foreign';
  if (isReady) return 'unopened';
  return isOpen ? 'outdated' : 'due';
}

/** Whether there is no pull request, and could be one. */
export function isUnproposed({ state }: Standing): boolean {
  return state === 'due' || state === 'unopened';
}

/** Whether nothing is lost with the branch: its newest commit is ours, merges of the base aside, or the base has it. */
export async function isOurs({ place, forge }: Proposing, commit: string): Promise<boolean> {
  if (commit === place.head.commit) return true;
  if ((await forge?.mergeBase(commit, place.head.commit)) === commit) return true;
  for await (const { message } of place.repository.history(commit, () => true)) {
    if (!isMerge(message)) return readTrailers(message).plan !== undefined;
  }
  return true;
}

async function holds(proposing: Proposing, group: RefreshGroup, commit: string): Promise<boolean> {
  const missing = await editGroup(proposing.environments, proposing.place.repository, commit, group);
  return missing?.size === 0 && !(await isBehind(proposing, group, commit));
}

/** Whether the base changed one of the group's files since the branch left it, so that a merge could conflict. */
async function isBehind(
  { place: { repository, head }, forge }: Proposing,
  { members }: RefreshGroup,
  commit: string,
): Promise<boolean> {
  const fork = await forge?.mergeBase(commit, head.commit);
  if (fork === undefined || fork === head.commit) return false;
  const files = new Set(members.map(({ site }) => site.pin.file));
  const [then, now] = await Promise.all(
    [fork, head.commit].map(async at => {
      const listed = await repository.list(at);
      return listed.filter(({ path }) => files.has(path)).map(({ path, blob }) => `${path} ${blob}`);
    }),
  );
  return then?.toSorted().join('\n') !== now?.toSorted().join('\n');
}
