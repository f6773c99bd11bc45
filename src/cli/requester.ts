import { STARTED } from '../forges/gitlab/job-askers.ts';
import { isBot } from '../forges/open.ts';
import type { PromotionRequest, Requester } from '../plan/request.ts';
import { isStartedByApproval } from './approving-comment.ts';
import { gitPerson } from './git-person.ts';
import type { Io } from './io.ts';

type Asked = Pick<PromotionRequest, 'requestedBy' | 'requesters'>;

/**
 * Who asks for a promotion: whom the caller names, who started the run, and who ran it again; outside CI the person
 * of Git's configuration. Each counts by the CI user's id, whoever is named: nobody approves what they started under
 * another's name. Nobody has asked for a run that a review, a comment that approves, a merge or a schedule starts. It
 * goes on with what was asked for before.
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
  return env.GITHUB_ACTIONS || env.GITHUB_ACTOR ? githubRequesters(env) : gitlabRequesters(env);
}

function githubRequesters(env: Io['env']): readonly Requester[] {
  const { GITHUB_ACTOR: actor, GITHUB_ACTOR_ID: id, GITHUB_TRIGGERING_ACTOR: again } = env;
  const isEvent = ASKING.includes(env.GITHUB_EVENT_NAME ?? 'workflow_dispatch');
  const isAsked = isEvent && !isStartedByApproval(env);
  const isAgain = again !== undefined && (env.GITHUB_RUN_ATTEMPT ?? '1') !== '1';
  return [
    ...(isAsked && actor && !isBot(actor) ? [{ name: actor, id }] : []),
    // Of who runs it again the variables tell no id: the run's API does.
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
    // https://docs.gitlab.com/ci/triggers/#use-a-webhook-payload: a webhook alone has one.
    case 'trigger':
      return !env.TRIGGER_PAYLOAD;
    // Of a child pipeline GitLab tells no more; that of `promote pipeline` has its parent's answer.
    case 'parent_pipeline':
      return env.PROMOTE_GOES_ON !== 'true';
    case undefined:
      return true;
    default:
      return STARTED.includes(env.CI_PIPELINE_SOURCE ?? '');
  }
}
