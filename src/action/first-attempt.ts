import { runAttempt } from '../cli/attempt.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Effects } from '../run/effects.ts';
import type { ActionIo } from './io.ts';
import { addAnnotation } from './runner.ts';

/** The title of the annotations in which a run keeps the names of its plans, for later attempts. */
const TITLE = 'promote plan';

/** Annotates the plans that this job names, for a later attempt of the run. */
export function annotatePlans(plans: readonly Plan[]): void {
  if (plans.length > 0)
    addAnnotation('notice', plans.map(({ digest }) => digest).join(' '), { title: TITLE });
}

/** The plans that this job named in the first attempt too: approvals of that attempt count for them. */
export async function namedFirst(
  { env }: Pick<ActionIo, 'env'>,
  { saidInFirstAttempt }: Pick<Effects, 'saidInFirstAttempt'>,
): Promise<ReadonlySet<Digest>> {
  if (runAttempt(env) === 1) return new Set();
  const said = (await saidInFirstAttempt?.(TITLE)) ?? [];
  return new Set(said.flatMap(text => text.split(/\s+/)).filter(isDigest));
}
