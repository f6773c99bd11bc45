import type { ApprovalGate } from '../environments/gates/approval.ts';
import type { Approver } from '../environments/gates/signed-approval.ts';
import type { Digest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';

/** A person or bot of the forge; compared by `id`, never by name. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** An approval that counted. `authenticated`: the forge vouches for the person. */
export type Approval =
  | { readonly kind: 'stated'; readonly name: string; readonly authenticated: false }
  | {
      readonly kind: 'review';
      readonly name: string;
      readonly id: string;
      /** ISO 8601, in UTC. */
      readonly at: string;
      readonly url: string;
      readonly commit: string;
      readonly authenticated: true;
    }
  | {
      readonly kind: 'comment';
      readonly name: string;
      readonly id: string;
      /** ISO 8601, in UTC. */
      readonly at: string;
      readonly url: string;
      readonly authenticated: true;
    }
  | {
      readonly kind: 'environment';
      readonly name: string;
      readonly id: string;
      /** The protected environment's name. */
      readonly environment: string;
      /** The run's page. */
      readonly url?: string;
      readonly authenticated: true;
    }
  | {
      readonly kind: 'signature';
      readonly name: string;
      /** The key's digest, or the identity in the certificate. */
      readonly id: string;
      /** When it was signed, as the signer says: ISO 8601, in UTC. */
      readonly at: string;
      readonly expires: string;
      /** The manifest that attaches it; absent: it was handed over as a file. */
      readonly manifest?: Digest | undefined;
      readonly authenticated: true;
    };

/** What a signed approval says. */
export interface ApprovalClaim {
  readonly environment: string;
  readonly planDigest: Digest;
  readonly members: readonly {
    readonly image: string;
    readonly digest: Digest;
    /** The commit that pinned what the environment pins of it now; `null`: nothing was ever pinned. */
    readonly pinnedBy: string | null;
  }[];
  /** When it was signed and until when it counts: ISO 8601, in UTC. */
  readonly time: string;
  readonly expires: string;
}

/** An approval that one of the signers signed, whatever plan it is for. */
export interface FoundApproval extends ApprovalClaim {
  /** Where it was found, for people: a file's name, or an image. */
  readonly place: string;
  /** Whether it was handed over for this run; otherwise it was found. */
  readonly isGiven: boolean;
  readonly person: Approver;
  /** The key's digest, or the identity in the certificate. */
  readonly signer: string;
  readonly manifest?: Digest | undefined;
}

/** The signed approvals that a run has read, and the facts that decide whether they count. */
export interface SignedReadings {
  readonly found: readonly FoundApproval[];
  /** What is no approval, with the reason: `bob.json: by none of the signers`. */
  readonly refused: readonly string[];
  /** Who asked in this run. */
  readonly requesters: readonly Requester[];
  /** By group, who asked for what its branch proposes, if there is no forge to ask. */
  readonly proposers: ReadonlyMap<string, readonly Requester[]>;
  /** By image the commit that pinned what is pinned now, `null` for none; absent: it is not known. */
  readonly pinnedBy: ReadonlyMap<string, string | null>;
}

/**
 * One reviewer's latest review, and what the reviewed commit changes: this plan, or anything else. A comment
 * that approves also counts as a review, without a commit.
 */
export interface GivenReview {
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'changes-requested' | 'dismissed';
  readonly at: string;
  readonly url: string;
  readonly canWrite: boolean;
  readonly commit: string;
  /**
   * `former`: this plan, by its digest from before an upgrade of promote. `untold`: the forge names no
   * commit. `edited`: the comment was edited. `unclear`: the comment is not exactly the command.
   */
  readonly change: 'plan' | 'former' | 'other' | 'untold' | 'edited' | 'unclear';
}

/** What a forge says of a group's pull request. */
export interface ReviewFacts {
  readonly author: Person;
  /** Its URL, if it was merged before it had enough approvals. */
  readonly merged?: string | undefined;
  /** Whether the head changes what the plan does, and nothing else. */
  readonly head: 'plan' | 'other';
  readonly reviews: readonly GivenReview[];
  /** Why it is not known who pushed what to its branch, so that no review counts. */
  readonly unread?: string | undefined;
  readonly requesters: readonly Requester[];
  /** The members of the teams that may approve. */
  readonly members: ReadonlyMap<string, readonly Person[]>;
}

/** The protection that a CI job must pass to enter an environment. */
interface Protection {
  readonly asksPeople: boolean;
  readonly waitsFor: readonly string[];
}

/** What the CI reports of the protected environments of its run, and the plans that earlier jobs named. */
export interface RunFacts {
  readonly approvals: readonly { readonly person: Person; readonly environment: string }[];
  readonly plans: ReadonlySet<Digest>;
  /** The plans that a later attempt of the run named: approvals do not say which attempt they are for. */
  readonly late: ReadonlySet<Digest>;
  /** Whether this is a later attempt of the run. */
  readonly isAgain: boolean;
  /** The environment's protection, if nobody has approved; absent: it is not known. */
  readonly protection?: Protection | undefined;
  /** The plans that an earlier job's plan file contains in full. */
  readonly earlier: readonly Plan[];
  readonly requesters: readonly Requester[];
  readonly members: ReadonlyMap<string, readonly Person[]>;
  readonly url?: string;
}

/** Who asked for the promotion in this run. */
export function requestersOf({ requestedBy, requesters = [] }: PromotionRequest): readonly Requester[] {
  return distinctRequesters([...(requestedBy === undefined ? [] : [{ name: requestedBy }]), ...requesters]);
}

/**
 * Each requester of one run once. A name alone is dropped if a requester of that name is known by id: at one
 * time a name is one person's.
 */
export function distinctRequesters(requesters: readonly Requester[]): readonly Requester[] {
  const known = new Map(requesters.flatMap(one => (one.id === undefined ? [] : [[one.id, one] as const])));
  const byId = [...known.values()];
  const named = requesters.filter(
    ({ id, name }) => id === undefined && !byId.some(other => sameName(other.name, name)),
  );
  return [...byId, ...new Map(named.map(one => [one.name.toLowerCase(), one])).values()];
}

/** The requesters of several runs. A name may have become somebody else's since, so no name is dropped. */
export function allRequesters(runs: readonly (readonly Requester[])[]): readonly Requester[] {
  const all = runs.flat().map(one => [one.id ?? `name ${one.name.toLowerCase()}`, one] as const);
  return [...new Map(all).values()];
}

/** Whether the person is the one who asked. */
export function isRequester({ id, name }: Person, requester: Requester): boolean {
  return requester.id === undefined ? sameName(name, requester.name) : id === requester.id;
}

/** Whether the person may approve: named, or a member of a named team; anyone if the gate names nobody. */
export function mayApprove(
  { users, teams }: ApprovalGate,
  { id, name }: Person,
  members: ReadonlyMap<string, readonly Person[]>,
): boolean {
  if (users.length + teams.length === 0 || users.some(user => sameName(user, name))) return true;
  return teams.some(team => members.get(team)?.some(member => member.id === id));
}

/** `alice, bob or members of acme/release-managers`; empty where anyone may approve. */
export function approvers({ users, teams }: ApprovalGate): string {
  return [
    ...(users.length === 0 ? [] : [users.join(', ')]),
    ...(teams.length === 0 ? [] : [`members of ${teams.join(', ')}`]),
  ].join(' or ');
}

/** Whether two names are one: forges ignore their case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
