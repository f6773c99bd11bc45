import { runAttempt } from '../cli/attempt.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Effects } from '../run/effects.ts';
import type { ActionIo } from './io.ts';
import { addAnnotation } from './runner.ts';

/** The title of the annotation that a run keeps the names of its plans in, over all its attempts. */
const TITLE = 'promote plan';

/** Has the run remember which plans this job names, for a later attempt of it. */
export function annotatePlans(plans: readonly Plan[]): void {
  if (plans.length > 0)
    addAnnotation('notice', plans.map(({ digest }) => digest).join(' '), { title: TITLE });
}

/** The plans that this job named in the first attempt of its run already: approvals of that attempt are for them too. */
export async function namedFirst(
  { env }: Pick<ActionIo, 'env'>,
  { saidInFirstAttempt }: Pick<Effects, 'saidInFirstAttempt'>,
): Promise<ReadonlySet<Digest>> {
  if (runAttempt(env) === 1) return new Set();
  const said = (await saidInFirstAttempt?.(TITLE)) ?? [];
  return new Set(said.flatMap(text => text.split(/\s+/)).filter(isDigest));
}
