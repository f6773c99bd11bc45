import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Environment } from '../environments/environments.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import type { Candidate, PinEdit } from './candidates.ts';
import { repositoryAddress } from './repository-address.ts';
import type { Base } from './snapshot.ts';

/** One image's part of a decision. */
export interface Promotion {
  readonly image: string;
  /** The repository and digest that are copied. */
  readonly source: string;
  readonly digest: Digest;
  readonly targets: readonly { readonly repository: string; readonly tags: readonly PlannedTag[] }[];
  readonly edits: readonly PinEdit[];
}

/** A tag at the target, and whether it may name another digest already. */
export interface PlannedTag {
  readonly name: string;
  readonly moves: boolean;
}

/** `hold`: no pin changes, only the holds do. */
export type DecisionKind = 'promotion' | 'rollback' | 'hold';

/** The decision on a group. It contains nothing that changes while the decision is the same. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly repository: string;
  readonly branch: string;
  readonly environment: string;
  readonly group: string;
  /** Hash of the environment's normalised policy and signer. */
  readonly policy: Digest;
  readonly promotions: readonly Promotion[];
}

/** A decision and its digest; approvals, records and plan files refer to the digest. */
export interface Plan extends Decision {
  readonly digest: Digest;
}

/** Assembles the plan of one group of candidates, sorted, and computes its digest. */
export function assemblePlan(input: {
  /** Default: a promotion. */
  readonly kind?: DecisionKind;
  readonly base: Base;
  readonly environment: Environment;
  readonly group: string;
  readonly policy: Digest;
  readonly members: readonly Candidate[];
}): Plan {
  const { kind = 'promotion', base, environment, group, policy, members } = input;
  return namePlan({
    kind,
    repository: base.repository,
    branch: base.branch,
    environment: environment.name,
    group,
    policy,
    promotions: members.map(promotion).sort(by(({ image, digest }) => `${image}\n${digest}`)),
  });
}

/**
 * Adds the digest to a decision: SHA-256 over `promote-plan/v1`, a line feed and the decision's RFC 8785 JSON. All
 * spellings of the repository's address result in one digest.
 */
export function namePlan<Named extends Omit<Decision, 'kind'> & { readonly kind: string }>(
  decision: Named,
): Named & { readonly digest: Digest } {
  const { kind, branch, environment, group, policy, promotions } = decision;
  const repository = repositoryAddress(decision.repository);
  const json = canonicalize({ kind, repository, branch, environment, group, policy, promotions });
  const hex = createHash('sha256').update(`promote-plan/v1\n${json}`).digest('hex');
  return { ...decision, repository, digest: parseDigest(`sha256:${hex}`) };
}

function promotion({ image, digest, source, targets, edits }: Candidate): Promotion {
  return {
    image,
    source: formatReference({ repository: source.repository, digest }),
    digest,
    targets: targets
      .map(({ repository, tags }) => ({ repository, tags: [...tags].sort(by(({ name }) => name)) }))
      .sort(by(({ repository }) => repository)),
    edits: [...edits].sort(by(({ file, locator }) => `${file}\n${locator}`)),
  };
}

/** Orders by UTF-16 code units, as RFC 8785 does, whatever the locale. */
function by<T>(key: (value: T) => string): (left: T, right: T) => number {
  return (left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0);
}
