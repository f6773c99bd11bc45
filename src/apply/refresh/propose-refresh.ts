import type { Environments } from '../../environments/environments.ts';
import type { PullRequest, PullRequestContent } from '../../forges/pull-requests.ts';
import type { Head } from '../../forges/repository.ts';
import { refreshMessage } from '../../plan/refresh/commit-message.ts';
import type { RefreshGroup } from '../../plan/refresh/refresh-plan.ts';
import { readTrailers } from '../../plan/trailers.ts';
import type { RefreshOutcome } from '../../reports/refresh.ts';
import type { Effects } from '../effects.ts';
import type { Forge } from '../forge.ts';
import { editGroup } from './edit-group.ts';
import type { RefreshPlace } from './read-places.ts';

/** Where a group's pull request, or on plain Git its branch, stands before anything is written. */
export interface Standing {
  /**
   * `held`: it holds the group already; `due`: there is none; `outdated`: it is open for an older state; `foreign`:
   * somebody's commits are on the branch; `declined`: a person closed it for these very images.
   */
  readonly state: 'held' | 'due' | 'outdated' | 'foreign' | 'declined';
  readonly branch: string;
  readonly open: Head | undefined;
  readonly pullRequest?: PullRequest;
}

/** What everything about one place's proposals has in common. */
export interface Proposing {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly place: RefreshPlace;
  readonly forge: Forge | undefined;
}

/** A line of a pull request's body that says which images it is for. */
export function imagesMark({ images }: RefreshGroup): string {
  return `<!-- promote refresh: ${images} -->`;
}

/** Looks at the group's branch and pull request. */
export async function standingOf(
  { environments, place: { repository, head }, forge }: Proposing,
  group: RefreshGroup,
): Promise<Standing> {
  const branch = `promote/refresh/${group.name}`;
  const open = await repository.head(branch);
  const found = await forge?.pullRequests.find(branch, head.branch);
  const standing = { branch, open, ...(found === undefined ? {} : { pullRequest: found }) };
  if (found?.state === 'closed' && found.body.includes(imagesMark(group)))
    return { ...standing, state: 'declined' };
  if (open === undefined) return { ...standing, state: 'due' };
  const isOpen = forge === undefined || found?.state === 'open';
  const missing = isOpen ? await editGroup(environments, repository, open.commit, group) : undefined;
  if (missing?.size === 0) return { ...standing, state: 'held' };
  if (!(await isOurs(repository, open, group))) return { ...standing, state: 'foreign' };
  return { ...standing, state: isOpen ? 'outdated' : 'due' };
}

/**
 * Commits the group's edits to its branch, by one move of the branch, and opens or updates its pull request. Where
 * somebody moved a branch meanwhile, the next run does it.
 */
export async function proposeRefresh(
  { effects, environments, place: { repository, head }, forge }: Proposing,
  group: RefreshGroup,
  { branch, open, pullRequest }: Standing,
  content: PullRequestContent,
): Promise<RefreshOutcome> {
  const files = await editGroup(environments, repository, head.commit, group);
  if (files === undefined) return { kind: 'moved', branch };
  const message = refreshMessage(group);
  const place = { branch, parent: head.commit, expected: open?.commit, files, ciFiles: true };
  const outcome = await repository.commit({ ...place, message, date: effects.now() });
  if (outcome.kind === 'moved') return { kind: 'moved', branch };
  const isOpen = pullRequest?.state === 'open';
  if (forge === undefined) return { kind: open === undefined ? 'opened' : 'updated', branch };
  const { url } =
    pullRequest && isOpen
      ? await forge.pullRequests.update(pullRequest, content)
      : await forge.pullRequests.open(branch, head.branch, content);
  return { kind: isOpen ? 'updated' : 'opened', branch, url };
}

async function isOurs(
  repository: RefreshPlace['repository'],
  { commit }: Head,
  { members }: RefreshGroup,
): Promise<boolean> {
  const files = new Set(members.map(({ site }) => site.file));
  for await (const { message } of repository.history(commit, path => files.has(path))) {
    if (!/^Merge (?:remote-tracking )?branch /.test(message)) return readTrailers(message).plan !== undefined;
  }
  return true;
}
