import type { Environment, Environments } from '../environments/environments.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import type { Plan } from '../plan/plan.ts';
import type { Base } from '../plan/snapshot.ts';
import type { CopyResult } from '../registry/copy/copy.ts';
import type { Effects, PromotionRequest } from './effects.ts';
import type { EditHolds } from './holds.ts';
import type { Proposal } from './pull-request/proposal.ts';
import type { Scene } from './pull-request/scene.ts';

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
  /** The commit's message; absent: that of a promotion. */
  readonly message?: string;
  /** What the commit does to the holds; absent: lifted ones on what is pinned again are forgotten. */
  readonly editHolds?: EditHolds;
  /** Where the group is proposed by pull request; absent: on its branch alone, or directly. */
  readonly review?: Review;
}

/** A forge to open pull requests on, and the group's newest one, if there is any. */
export interface Review {
  readonly scene: Scene;
  readonly found?: Proposal;
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
