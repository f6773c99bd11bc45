import type { PromotionRequest } from '../plan/request.ts';
import { gitPerson } from './git-person.ts';
import type { Io } from './io.ts';

/**
 * Who asks for a promotion: whom the caller names, else the CI's user, else the person of Git's configuration. The id is the CI user's,
 * whoever is named: nobody approves what they started under another's name. Nobody asks in a run that a review, a
 * schedule or a webhook starts: it goes on with what was asked for before, and the reviewer's own review counts.
 */
export function requester(
  io: Pick<Io, 'env' | 'cwd'>,
  named: string | undefined,
): Pick<PromotionRequest, 'requestedBy' | 'requestedById'> {
  const { env } = io;
  if (goesOn(env)) return named === undefined ? {} : { requestedBy: named };
  const requestedBy = named ?? env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN ?? gitPerson(io)?.name;
  const requestedById = env.GITHUB_ACTOR_ID ?? env.GITLAB_USER_ID;
  if (requestedBy === undefined) return {};
  return { requestedBy, ...(requestedById === undefined ? {} : { requestedById }) };
}

/** Whether a review, a schedule or a webhook started the run, and not somebody who pressed a button in it. */
export function goesOn(env: Io['env']): boolean {
  if (['pull_request_review', 'schedule'].includes(env.GITHUB_EVENT_NAME ?? '')) return true;
  if (env.CI_JOB_MANUAL === 'true') return false;
  switch (env.CI_PIPELINE_SOURCE) {
    case 'schedule':
      return true;
    // https://docs.gitlab.com/ci/triggers/#use-a-webhook-payload: a webhook alone has one.
    case 'trigger':
      return Boolean(env.TRIGGER_PAYLOAD);
    // Of a child pipeline GitLab tells no more; that of `promote pipeline` has its parent's answer.
    case 'parent_pipeline':
      return env.PROMOTE_GOES_ON === 'true';
    default:
      return false;
  }
}
