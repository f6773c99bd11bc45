import type { PullRequest } from '../../forges/forge.ts';
import type { Candidate } from '../../plan/candidates.ts';
import { isMerge, readTrailers } from '../../plan/trailers.ts';
import { type Change, readTree } from './read-change.ts';
import type { Scene } from './scene.ts';

/** A group's pull request, and what became of it. */
export interface Proposal {
  readonly pullRequest: PullRequest;
  /**
   * `current`: open, and its head changes what the plan does; `outdated`: open, ours, to be brought to the plan;
   * `foreign`: open, and somebody's work on it is not overwritten; `declined`: a person closed this very plan;
   * `ended`: merged or closed, and about this plan no more.
   */
  readonly state: 'current' | 'outdated' | 'foreign' | 'declined' | 'ended';
  readonly change: Change;
  /** Candidates that come next, while an approved pull request goes first. */
  readonly next: readonly Candidate[];
}

/** A line in the body of a pull request that promote itself closed: it declines nothing. */
export const CLOSED_BY_US = '<!-- promote: closed, nothing is left to promote -->';

/** What a pull request is to a plan, given what its head changes. */
export async function stateOf(
  scene: Scene,
  { state, body, head }: PullRequest,
  change: Change,
): Promise<Proposal['state']> {
  switch (state) {
    case 'merged':
      return 'ended';
    case 'closed':
      return change.kind === 'plan' && !body.includes(CLOSED_BY_US) ? 'declined' : 'ended';
    case 'open':
      if (change.kind === 'plan') return (await isBehind(scene, change)) ? 'outdated' : 'current';
      return change.kind === 'pins' && (await isOurs(scene, head, change)) ? 'outdated' : 'foreign';
  }
}

/** Whether the newest commit that touched the changed files was made by promote; merges of the base are passed over. */
export async function isOurs(
  { files: { repository } }: Scene,
  head: string,
  { fork, paths }: Change,
): Promise<boolean> {
  if (head === fork || paths.length === 0) return true;
  const touched = new Set(paths);
  for await (const { message, commit } of repository.history(head, path => touched.has(path))) {
    if (commit === fork) break;
    if (readTrailers(message).plan !== undefined) return true;
    if (!isMerge(message)) return false;
  }
  return false;
}

/** Whether the base changed a proposed file since the proposal left it, so that a merge could conflict. */
async function isBehind({ base, files: { repository } }: Scene, { fork, paths }: Change): Promise<boolean> {
  if (fork === base.commit) return false;
  const [then, now] = [await readTree(repository, fork), await readTree(repository, base.commit)];
  return paths.some(path => then.get(path) !== now.get(path));
}
