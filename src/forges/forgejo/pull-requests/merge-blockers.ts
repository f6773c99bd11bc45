import type { MergeNeed, MergeOutcome } from '../../forge.ts';
import { isNamedBy } from '../status-globs.ts';
import type { PullRequestParts } from './parts.ts';
import { asPullRequest, isDraft, type Shown } from './pull-request.ts';
import { readReviews } from './reviews.ts';
import { latestStatuses } from './statuses.ts';

export type Refused = Extract<MergeOutcome, { readonly kind: 'refused' }>;

/** Why a merge would be refused, as far as everybody can see it; `undefined`: no reason is seen. */
export async function blockerOf(parts: PullRequestParts, shown: Shown): Promise<Refused | undefined> {
  if (isDraft(shown)) return refused('person', 'it is a draft: take WIP out of its title');
  const branch = await parts.hosted.branch(shown.base.ref);
  if (branch?.enable_status_check) {
    const blocked = await statusBlocker(parts, shown, branch.status_check_contexts ?? []);
    if (blocked !== undefined) return blocked;
  }
  const wanted = branch?.required_approvals ?? 0;
  if (wanted === 0) return undefined;
  const reviews = await readReviews(parts, asPullRequest(shown));
  const given = reviews.filter(({ verdict, canWrite }) => verdict === 'approved' && canWrite).length;
  return given < wanted
    ? refused('person', `Forgejo's own rule asks for ${wanted} approvals, and ${given} count`)
    : undefined;
}

/** Each glob needs a status whose latest state is good; a failed one needs a person. */
async function statusBlocker(
  { forgejo }: PullRequestParts,
  { head }: Shown,
  globs: readonly string[],
): Promise<Refused | undefined> {
  const latest = [...(await latestStatuses(forgejo, head.sha)).values()];
  for (const glob of globs) {
    const found = latest.find(({ context }) => isNamedBy(glob, context));
    if (found === undefined) return refused('checks', `its status ${glob} is not there yet`);
    if (found.status === 'pending') return refused('checks', `its status ${found.context} is pending`);
    if (FAILED.has(found.status)) return refused('person', `its status ${found.context} is ${found.status}`);
  }
  return undefined;
}

const FAILED = new Set(['failure', 'error']);

/** Forgejo's words where it does not merge: `services/pull/check.go` and `merge.go`. */
const SAID: readonly (readonly [said: RegExp, needs: MergeNeed])[] = [
  [/required status checks/i, 'checks'],
  [/behind the base branch/i, 'update'],
];

/** A refusal of a merge in Forgejo's own words. */
export function refusedAs(said: string): Refused {
  const needs = SAID.find(([pattern]) => pattern.test(said))?.[1] ?? 'person';
  const reason = /\[reason: (.+)\]/i.exec(said)?.[1] ?? said;
  return refused(needs, reason === '' ? 'Forgejo does not let it be merged' : reason);
}

export function refused(needs: MergeNeed, reason: string): Refused {
  return { kind: 'refused', needs, reason };
}
