import type { Digest } from '../oci/digest.ts';
import type { EvidenceChoice } from '../oci/evidence-choice.ts';
import { type Invocation, sameCommand } from './invocation.ts';
import type { Plan } from './plan.ts';

/** A caller's request for one environment. */
export interface PromotionRequest {
  readonly environment: string;
  /** Images by name; with a reference, the build or source to take. Empty: every image. */
  readonly images: ReadonlyMap<string, string | undefined>;
  readonly allowDirect: boolean;
  readonly allowBackward: boolean;
  readonly approvedBy: readonly string[];
  readonly evidence: EvidenceChoice;
  /** Completes what is pinned already and promotes nothing; every part of the images is checked. */
  readonly repair?: boolean;
  readonly requestedBy?: string;
  /** The CI user's id on the forge, where the CI tells; `requestedBy` may name somebody else. */
  readonly requestedById?: string;
  /** Digests of plans that an earlier job of this CI run named, and its protected environment approved. */
  readonly planDigests?: readonly Digest[];
  /** Those plans, as far as they were passed in full. */
  readonly earlierPlans?: readonly Plan[];
  /** The command that started the run; absent: `promote apply <environment>`. */
  readonly invocation?: Invocation | undefined;
  /** The page of this run. */
  readonly runUrl?: string | undefined;
}

/** The command to type for another run of the same, with further options. */
export function againWith(
  { invocation, environment }: Pick<PromotionRequest, 'invocation' | 'environment'>,
  ...further: readonly string[]
): string {
  return sameCommand(invocation ?? { words: ['apply', environment], options: [] }, ...further);
}
