import type { Digest } from '../oci/digest.ts';

/** A plan that an earlier job of this CI run named, and in which attempt of the run. */
export interface NamedPlan {
  readonly digest: Digest;
  /** 1 for the first. */
  readonly attempt: number;
}

/** How a job names a plan for a later one: its digest, and from the run's second attempt `@` and attempt. */
export function namedPlanText({ digest, attempt }: NamedPlan): string {
  return attempt === 1 ? digest : `${digest}@${attempt}`;
}
