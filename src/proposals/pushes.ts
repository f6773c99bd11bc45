import type { Person, PushedHead } from '../forges/forge.ts';
import { allRequesters } from '../gates/approvals.ts';
import type { Digest } from '../oci/digest.ts';
import type { Requester } from '../plan/request.ts';
import { readTrailers } from '../plan/trailers.ts';

/** What promote's own pushes to a branch say; the messages of other people's pushes do not count. */
export interface OwnPushes {
  /** Everyone who asked for what was proposed on the branch. */
  readonly requesters: readonly Requester[];
  /** Those who asked for one plan. */
  readonly requestersOf: (plan: Digest) => readonly Requester[];
  /** Why the pushes are not known, so that no review counts; `undefined` where they are. */
  readonly unread: string | undefined;
  /** Promote's commit at a head; if it is not promote's, the newest one that was pushed before it. */
  readonly commitOf: (head: string) => OwnCommit | undefined;
  /** Promote's newest commit that was made for the plan. */
  readonly commitFor: (plan: Digest) => OwnCommit | undefined;
}

/** A commit that promote pushed. */
export interface OwnCommit {
  readonly commit: string;
  readonly parent: string | undefined;
  /** The digest of the plan that it was made for. */
  readonly plan: Digest;
}

/** Reads the pushes to a branch, oldest first; `us`: the account that promote acts as. */
export function readPushes(heads: readonly PushedHead[], us: Person): OwnPushes {
  const isOwn = ({ pusher }: PushedHead) => pusher !== undefined && pusher.id === us.id;
  const own = heads.map((head, index) => ({ head, index })).filter(({ head }) => isOwn(head));
  const commits = own.flatMap(({ head: { commit, parent, message = '' }, index }) => {
    const { plan } = readTrailers(message);
    return plan === undefined ? [] : [{ index, commit, parent, plan }];
  });
  const said = own.map(({ head }) => readTrailers(head.message ?? ''));
  return {
    requesters: allRequesters(said.map(({ requesters }) => requesters)),
    requestersOf: wanted =>
      allRequesters(said.map(({ plan, requesters }) => (plan === wanted ? requesters : []))),
    unread: unreadOf(heads, isOwn),
    commitFor: wanted => commits.findLast(({ plan }) => plan === wanted),
    commitOf: commit => {
      const exact = commits.find(known => known.commit === commit);
      const index = heads.findLastIndex(head => head.commit === commit);
      return exact ?? (index < 0 ? undefined : commits.findLast(known => known.index <= index));
    },
  };
}

/** Reads the pushes to a branch that is somebody else's: whoever pushed there asks for what it changes. */
export function readTheirPushes(heads: readonly PushedHead[]): OwnPushes {
  const requesters = allRequesters(heads.map(({ pusher }) => (pusher ? [pusher] : [])));
  const unread = unreadOf(heads, () => false);
  const unknown = { commitOf: () => undefined, commitFor: () => undefined };
  return { requesters, requestersOf: () => requesters, unread, ...unknown };
}

function unreadOf(heads: readonly PushedHead[], isOwn: (head: PushedHead) => boolean): string | undefined {
  if (heads.length === 0) return 'the forge does not list who pushed the branch';
  const unknown = heads.find(({ pusher }) => pusher === undefined);
  if (unknown) return `the forge does not say who pushed ${unknown.commit.slice(0, 12)}`;
  const gone = heads.find(head => isOwn(head) && head.message === undefined);
  return gone && `${gone.commit.slice(0, 12)}, which promote pushed, cannot be read any more`;
}
