import type { Digest } from '../oci/digest.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { type Invocation, sameCommand } from './invocation.ts';
import type { Plan } from './plan.ts';

/** What the caller asks of one environment. */
export interface PromotionRequest {
  readonly environment: string;
  /** Images by name; with a reference, the build or source to take. Empty: every image. */
  readonly images: ReadonlyMap<string, string | undefined>;
  readonly allowDirect: boolean;
  readonly allowBackward: boolean;
  readonly approvedBy: readonly string[];
  readonly evidence: EvidenceChoice;
  /** Completes what is pinned already, and promotes nothing; every part of the images is looked for. */
  readonly repair?: boolean;
  readonly requestedBy?: string;
  /** The CI user's id on the forge, where the CI tells; `requestedBy` may name somebody else. */
  readonly requestedById?: string;
  /** Digests of plans that an earlier job of this CI run named: what its protected environment was asked to let through. */
  readonly planDigests?: readonly Digest[];
  /** What those plans were, as far as they came as a whole. */
  readonly earlierPlans?: readonly Plan[];
  /** How the run was started; absent: as `promote apply <environment>` does it. */
  readonly invocation?: Invocation | undefined;
  /** Where this run can be read about. */
  readonly runUrl?: string | undefined;
}

/** The command to type for another run of the same, with further options. */
export function againWith(
  { invocation, environment }: Pick<PromotionRequest, 'invocation' | 'environment'>,
  ...further: readonly string[]
): string {
  return sameCommand(invocation ?? { words: ['apply', environment], options: [] }, ...further);
}
