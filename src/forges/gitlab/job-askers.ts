import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { mayBeLogin } from '../api/login.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Asker } from '../forge.ts';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import { isBot, person } from './person.ts';

const JOB = z.object({
  id: z.number().int(),
  user: ACCOUNT.extend({ bot: z.boolean().nullish() }).nullish(),
  pipeline: z.object({
    id: z.number().int(),
    project_id: z.number().int(),
    source: z.string().nullish(),
  }),
});
const PIPELINE = z.object({ source: z.string().nullish(), user: ACCOUNT.nullish() });

/** The CI job of a job token. */
type Job = z.infer<typeof JOB>;

/**
 * The sources of pipelines that a person starts.
 * https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable
 */
export const STARTED: readonly string[] = ['web', 'webide', 'api', 'chat', 'ondemand_dast_scan'];

/**
 * Who asked by starting a job or its pipeline, as GitLab says. Whoever starts a pipeline may set its
 * variables, even those that name its source and its user. `isStated`: the variables say that somebody asked.
 * Bots ask for nothing.
 */
export async function jobAskers(project: GitLab, job: Job, isStated: boolean): Promise<readonly Asker[]> {
  const { user, pipeline } = job;
  if (user?.bot && !isStartedSource(pipeline.source ?? 'web')) return [];
  const found = await readPipeline(project, pipeline);
  const starter = isStartedSource(found?.source) ? found?.user : undefined;
  // Whoever plays or retries a job of somebody else's pipeline has asked for it.
  const isAsked = isStated || found?.user?.id !== user?.id;
  const askers = [starter, isAsked ? user : undefined].flatMap(one => (one ? [person(one)] : []));
  const bot = user?.bot ? String(user.id) : undefined;
  return [...new Map(askers.map(one => [one.id, one])).values()].filter(({ id }) => id !== bot);
}

function isStartedSource(source: string | null | undefined): boolean {
  return STARTED.includes(source ?? '');
}

/** The account of a name; the name alone if it is none. https://docs.gitlab.com/api/users/#list-users */
export async function accountOf(gitlab: GitLab, known: readonly Asker[], name: string): Promise<Asker> {
  const isNamed = (other: string) => other.toLowerCase() === name.toLowerCase();
  const same = known.find(one => isNamed(one.name));
  if (same || !mayBeLogin(name) || isBot(name)) return same ?? { name };
  try {
    const ask = { doing: `find ${name}`, path: 'users', query: { username: name }, of: 'instance' } as const;
    const found = await gitlab.ask(ask, z.array(ACCOUNT));
    return found.filter(({ username }) => isNamed(username)).map(person)[0] ?? { name };
  } catch (error) {
    if (isRefusal(error, 401, 403, 404)) return { name };
    throw error;
  }
}

/** The job of the token. https://docs.gitlab.com/api/jobs/#retrieve-a-job-by-job-token */
export async function readJob(gitlab: GitLab): Promise<Job> {
  try {
    return await gitlab.ask({ doing: 'ask who started this job', path: 'job', of: 'instance' }, JOB);
  } catch (error) {
    if (isRefusal(error, 401, 403, 404)) throw unproven(error.message);
    throw error;
  }
}

/** Nothing proves who started the job: a variable that GitLab sets was set by somebody else. */
export function unproven(what: string): PromoteError {
  return new PromoteError('UNAUTHORIZED', `${what}: nothing proves who started this job`, {
    hint: `take the variables ${GIVEN.join(', ')} out of the pipeline and of its schedule: GitLab sets them`,
  });
}

const GIVEN = ['CI_JOB_TOKEN', 'CI_PROJECT_URL', 'CI_SERVER_URL'];

/** The pipeline of a job, by its own project: the variables may name another one. */
async function readPipeline(
  gitlab: GitLab,
  { id, project_id }: Job['pipeline'],
): Promise<z.infer<typeof PIPELINE> | undefined> {
  const path = `projects/${project_id}/pipelines/${id}`;
  try {
    return await gitlab.ask({ doing: `read pipeline ${id}`, path, of: 'instance' }, PIPELINE);
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
