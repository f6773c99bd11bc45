import type { PullRequest } from '../forges/forge.ts';
import type { Repository } from '../git/repository.ts';
import type { Digest } from '../oci/digest.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Requester } from '../plan/request.ts';
import { isMerge, readTrailers } from '../plan/trailers.ts';
import type { ProposalState } from './next-step.ts';
import { type Change, readTree } from './read-change.ts';
import type { ProposalRun } from './run.ts';

/** A group's pull request, and its state compared with the group's plan. */
export interface Proposal {
  readonly pullRequest: PullRequest;
  readonly state: FoundState;
  readonly change: Change;
  /** Candidates that follow once this approved pull request is merged. */
  readonly next: readonly Candidate[];
  /** Who asked for it in earlier runs, as promote's own commits on its branch say. */
  readonly requesters: readonly Requester[];
}

/** The states that a pull request can have before anything is written. */
export type FoundState = Extract<ProposalState, 'current' | 'outdated' | 'foreign' | 'declined' | 'ended'>;

/** A line in the body of a pull request that promote itself closed: it declines nothing. */
export const CLOSED_BY_US = '<!-- promote: closed, nothing is left to promote -->';

/** How results name a pull request. */
export function linkTo({ number, url }: PullRequest) {
  return { number, url };
}

/** The state of a pull request for a plan, given the change of its head. */
export async function stateOf(
  run: ProposalRun,
  { state, body, head, closing }: PullRequest,
  change: Change,
): Promise<FoundState> {
  // A bot, or a person who deletes the branch, does not decline the plan.
  const isDeclined = closing === undefined && !body.includes(CLOSED_BY_US);
  switch (state) {
    case 'merged':
      return 'ended';
    case 'closed':
      return change.kind === 'plan' && isDeclined && !run.request.again ? 'declined' : 'ended';
    case 'open':
      if (change.kind === 'plan') return (await isBehind(run, change)) ? 'outdated' : 'current';
      return change.kind === 'pins' && (await isOurs(run, head, change)) ? 'outdated' : 'foreign';
  }
}

/** Who made the newest of some commits. `promote`: with the plan's digest and the tickets in its message. */
export type Maker =
  | { readonly kind: 'promote'; readonly plan: Digest; readonly tickets?: readonly string[] | undefined }
  | { readonly kind: 'person'; readonly name: string | undefined };

/** Whether the newest commit that touched the changed files was made by promote. */
export async function isOurs(
  { files: { repository } }: ProposalRun,
  head: string,
  { mergeBase, paths }: Change,
): Promise<boolean> {
  if (head === mergeBase || paths.length === 0) return true;
  const touched = new Set(paths);
  const maker = await lastMaker(repository, head, path => touched.has(path), mergeBase);
  return maker.kind === 'promote';
}

/** The maker of the newest commit that touched such files, up to the merge base; merges of the base are passed over. */
export async function lastMaker(
  repository: Repository,
  head: string,
  touches: (path: string) => boolean,
  mergeBase?: string,
): Promise<Maker> {
  for await (const { message, commit, author } of repository.history(head, touches)) {
    if (commit === mergeBase) break;
    const { plan, tickets } = readTrailers(message);
    if (plan !== undefined) return { kind: 'promote', plan, tickets };
    if (!isMerge(message)) return { kind: 'person', name: author };
  }
  return { kind: 'person', name: undefined };
}

/** Whether the base has changed a proposed file since the merge base, so that a merge could conflict. */
async function isBehind(
  { base, files: { repository } }: ProposalRun,
  { mergeBase, paths }: Change,
): Promise<boolean> {
  if (mergeBase === base.commit) return false;
  const [then, now] = [await readTree(repository, mergeBase), await readTree(repository, base.commit)];
  return paths.some(path => then.get(path) !== now.get(path));
}
