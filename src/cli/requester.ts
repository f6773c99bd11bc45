import type { PromotionRequest } from '../apply/effects.ts';
import type { Io } from './io.ts';

/**
 * Who asks for a promotion: whom the caller names, else the CI's user, else who is logged in. Nobody does in a run that a review or a
 * schedule starts: it goes on with what was asked for before, and the reviewer's own review counts.
 */
export function requester(
  env: Io['env'],
  named: string | undefined,
): Pick<PromotionRequest, 'requestedBy' | 'requestedById'> {
  if (named !== undefined) return { requestedBy: named };
  if (['pull_request_review', 'schedule'].includes(env.GITHUB_EVENT_NAME ?? '')) return {};
  if (env.CI_PIPELINE_SOURCE === 'schedule') return {};
  const requestedBy = env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN ?? (env.CI ? undefined : env.USER);
  const requestedById = env.GITHUB_ACTOR_ID ?? env.GITLAB_USER_ID;
  if (requestedBy === undefined) return {};
  return { requestedBy, ...(requestedById === undefined ? {} : { requestedById }) };
}
