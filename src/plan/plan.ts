import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Environment } from '../environments/environments.ts';
import { type SeveralSources, severalSources } from '../environments/image-origin.ts';
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
  /** Hash of what decides about this image alone. */
  readonly policy: Digest;
  readonly targets: readonly { readonly repository: string; readonly tags: readonly PlannedTag[] }[];
  readonly edits: readonly PinEdit[];
}

/** A tag at the target, and whether it may name another digest already. */
export interface PlannedTag {
  readonly name: string;
  readonly moves: boolean;
  /** The platform's manifest that it names; absent: the image's own. */
  readonly digest?: Digest | undefined;
}

/** `hold`: no pin changes, only the holds do. */
export type DecisionKind = 'promotion' | 'rollback' | 'hold';

/** The decision on a group. It contains nothing that changes while the decision is the same. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly repository: string;
  readonly branch: string;
  readonly environment: string;
  /** Its sources, where there are several. */
  readonly from?: SeveralSources;
  readonly group: string;
  /** Hash of what decides about the group, whatever its members. */
  readonly policy: Digest;
  readonly promotions: readonly Promotion[];
}

/** A decision of any kind, for which a digest is computed. */
type Named = Omit<Decision, 'kind' | 'promotions'> & {
  readonly kind: string;
  readonly promotions: readonly Omit<Promotion, 'policy'>[];
};

/** The key of a plan's earlier digest. A symbol, so that no file, report or comparison has it. */
export const EARLIER: unique symbol = Symbol('earlier digest');

/** A decision and its digest; approvals, records and plan files refer to the digest. */
export interface Plan extends Decision {
  readonly digest: Digest;
  /** The digest of the same decision from when a trusted root counted by its path; absent: there is none. */
  readonly [EARLIER]?: Digest | undefined;
}

/** Whether a digest names the plan, now or before the upgrade. */
export function isNamedBy(plan: Pick<Plan, 'digest' | typeof EARLIER>, named: string): boolean {
  return named === plan.digest || named === plan[EARLIER];
}

/** Assembles the plan of one group of candidates, sorted, and computes its digest. */
export function assemblePlan(input: {
  /** Default: a promotion. */
  readonly kind?: DecisionKind;
  readonly base: Base;
  readonly environment: Environment;
  readonly group: string;
  readonly policy: Digest;
  readonly imagePolicy: (image: string) => Digest;
  readonly members: readonly Candidate[];
}): Plan {
  const { kind = 'promotion', base, environment, group, policy, imagePolicy, members } = input;
  const promotions = members.map(member => promotion(member, imagePolicy(member.image)));
  return namePlan({
    kind,
    repository: base.repository,
    branch: base.branch,
    environment: environment.name,
    ...(environment.from.kind === 'environments' ? { from: severalSources(environment.from) } : {}),
    group,
    policy,
    promotions: promotions.sort(by(({ image, digest }) => `${image}\n${digest}`)),
  });
}

/**
 * Adds the digest to a decision: SHA-256 over `promote-plan/v1`, a line feed and the decision's RFC 8785 JSON. All
 * spellings of the repository's address result in one digest.
 */
export function namePlan<T extends Named>(decision: T): T & { readonly digest: Digest } {
  const named = { ...decision, repository: repositoryAddress(decision.repository) };
  return { ...named, digest: digestAs('promote-plan/v2', named) };
}

/** A decision's digest in `promote-plan/v1`, with that version's repository address and policy hash. */
export function formerDigest(plan: Plan, { repository }: Base, policy: Digest): Digest {
  const promotions = plan.promotions.map(({ policy: _, ...promotion }) => promotion);
  return digestAs('promote-plan/v1', { ...plan, repository, policy, promotions });
}

function digestAs(version: string, decision: Named): Digest {
  const { kind, repository, branch, environment, from, group, policy, promotions } = decision;
  const json = canonicalize({ kind, repository, branch, environment, from, group, policy, promotions });
  const hex = createHash('sha256').update(`${version}\n${json}`).digest('hex');
  return parseDigest(`sha256:${hex}`);
}

function promotion(
  { image, digest, source, targets, edits }: Candidate,
  policy: Promotion['policy'],
): Promotion {
  return {
    image,
    policy,
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
