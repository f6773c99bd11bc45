import type { Environment, Environments } from '../environments/environments.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { Base } from '../plan/snapshot.ts';
import type { CopyResult } from '../registry/copy.ts';
import type { Effects, PromotionRequest } from './effects.ts';

/** What the steps of a group have in common. */
export interface GroupContext {
  readonly effects: Effects;
  readonly environments: Environments;
  readonly environment: Environment;
  readonly request: PromotionRequest;
  readonly base: Base;
  readonly group: PlannedGroup;
  /** The plan that was approved; the group's own, or an earlier one that it continues. */
  readonly plan: Plan;
}

/** One digest on its way to one target. */
export interface Transfer {
  readonly candidate: Candidate;
  readonly target: Target;
}

/** A digest that was read back at its target. */
export interface Arrival extends Transfer {
  readonly copy: CopyResult;
  /** The image's own manifest. */
  readonly content: ManifestContent;
}
