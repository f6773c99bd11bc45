import { STARTED } from '../forges/gitlab/job-askers.ts';
import { isGitLabJob } from '../forges/gitlab/place.ts';
import { isBot } from '../forges/open.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';
import { isStartedByApproval } from './approving-comment.ts';
import { gitPerson } from './git-person.ts';
import type { Io } from './io.ts';

type Asked = Pick<PromotionRequest, 'requestedBy' | 'requesters'>;

/**
 * The people who asked for a promotion: whom the caller names, who started the run, and who ran it again.
 * Outside CI it is the person in Git's configuration. In CI each counts by the user's id, so nobody can
 * approve their own request under another name. A review, an approving comment, a merge or a schedule asks
 * for nothing new.
 */
export function requester(io: Pick<Io, 'env' | 'cwd'>, named: string | undefined): Asked {
  const { env } = io;
  const requesters = requestersIn(env);
  const isInCi = Boolean(env.CI || env.GITHUB_ACTOR);
  const requestedBy = named ?? requesters[0]?.name ?? (isInCi ? undefined : gitPerson(io)?.name);
  return { requestedBy, requesters };
}

/**
 * The events by which a person asks for a run.
 * https://docs.github.com/en/actions/reference/events-that-trigger-workflows
 */
const ASKING: readonly string[] = ['workflow_dispatch', 'repository_dispatch', 'issue_comment'];

function requestersIn(env: Io['env']): readonly Requester[] {
  const isOnGitHub = !isGitLabJob(env) && (env.GITHUB_ACTIONS || env.GITHUB_ACTOR);
  return isOnGitHub ? githubRequesters(env) : gitlabRequesters(env);
}

function githubRequesters(env: Io['env']): readonly Requester[] {
  const { GITHUB_ACTOR: actor, GITHUB_ACTOR_ID: id, GITHUB_TRIGGERING_ACTOR: again } = env;
  const isEvent = ASKING.includes(env.GITHUB_EVENT_NAME ?? 'workflow_dispatch');
  const isAsked = isEvent && !isStartedByApproval(env);
  const isAgain = again !== undefined && (env.GITHUB_RUN_ATTEMPT ?? '1') !== '1';
  return [
    ...(isAsked && actor && !isBot(actor) ? [{ name: actor, id }] : []),
    // The variables have no id of the person who ran it again. The API of the run has it.
    ...(isAgain && again && !isBot(again) && again !== actor ? [{ name: again }] : []),
    ...(isAgain && again === actor && !isAsked && !isBot(again) ? [{ name: again, id }] : []),
  ];
}

function gitlabRequesters(env: Io['env']): readonly Requester[] {
  const { GITLAB_USER_LOGIN: name, GITLAB_USER_ID: id } = env;
  return name === undefined || !isAskedOnGitLab(env) ? [] : [{ name, id }];
}

function isAskedOnGitLab(env: Io['env']): boolean {
  if (env.CI_JOB_MANUAL === 'true') return true;
  switch (env.CI_PIPELINE_SOURCE) {
    // Only a webhook has one: https://docs.gitlab.com/ci/triggers/#use-a-webhook-payload
    case 'trigger':
      return !env.TRIGGER_PAYLOAD;
    // GitLab does not say who started a child pipeline; `promote pipeline` passes it on in a variable.
    case 'parent_pipeline':
      return env.PROMOTE_GOES_ON !== 'true';
    case undefined:
      return true;
    default:
      return STARTED.includes(env.CI_PIPELINE_SOURCE ?? '');
  }
}
