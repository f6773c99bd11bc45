import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import { userNamed } from './world.ts';

/** Jobs and their pipelines. */
export const JOBS: readonly Route[] = [
  { method: 'GET', template: 'job', handle: ownJob, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/pipelines/{pipeline_id}', handle: pipeline },
  { method: 'GET', template: 'projects/{id}/pipelines/{pipeline_id}/jobs', handle: jobsOf },
  {
    method: 'GET',
    template: 'version',
    handle: ({ world }) => ok({ version: world.settings.version, revision: '0' }),
  },
  { method: 'GET', template: 'projects/{id}/protected_environments/{name}', handle: protectedEnvironment },
];

/** https://docs.gitlab.com/api/jobs/#list-pipeline-jobs */
function jobsOf(call: Call): Answer {
  const found = call.world.pipelines.find(({ id }) => id === Number(call.parts[1]));
  return found === undefined ? refusal(404, '404 Not found') : page(call, found.jobs);
}

/** https://docs.gitlab.com/api/protected_environments/#retrieve-a-protected-environment */
function protectedEnvironment({ world, parts: [, name = ''] }: Call): Answer {
  const found = world.protectedEnvironments.get(name);
  return found === undefined ? refusal(404, '404 Not Found') : ok({ name, ...found });
}

/**
 * The job of a token that runs: https://docs.gitlab.com/api/jobs/#retrieve-a-job-by-job-token
 * Its pipeline has a source, and its user may be a bot: `ci/job_basic.rb`, `ci/pipeline_basic.rb` and `user.rb` in
 * `lib/api/entities` of GitLab.
 */
function ownJob({ world, token }: Call): Answer {
  if (token.kind !== 'job') return refusal(404, '404 Job Not Found');
  const listed = world.jobs.findLast(one => world.tokens.get(one.token) === token);
  const { id, username, pipeline } = listed ?? { ...PUSHED, username: token.username };
  const { id: number, source } = pipeline;
  return ok({
    id,
    user: { ...userNamed(world, username), bot: username === 'promote' },
    pipeline: { id: number, project_id: world.id, source },
  });
}

/** What runs with a token that no test says more of: a job of a pipeline that a push started. */
const PUSHED = { id: 42, pipeline: { id: 1, source: 'push', username: 'promote' } };

/** https://docs.gitlab.com/api/pipelines/#retrieve-a-single-pipeline */
function pipeline({ world, parts: [, id] }: Call): Answer {
  const found = [...world.jobs, PUSHED].find(one => one.pipeline.id === Number(id))?.pipeline;
  if (found === undefined) return refusal(404, '404 Not found');
  return ok({ id: found.id, source: found.source, user: userNamed(world, found.username) });
}
