import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Asker } from '../forge.ts';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import { person } from './person.ts';

const JOB = z.object({
  user: ACCOUNT.nullish(),
  pipeline: z.object({ id: z.number().int() }),
});
const PIPELINE = z.object({ source: z.string().nullish(), user: ACCOUNT.nullish() });

/**
 * The sources of pipelines that a person starts.
 * https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable
 */
export const STARTED: readonly string[] = ['web', 'webide', 'api', 'chat', 'ondemand_dast_scan'];

/**
 * Who asked by starting a job, as GitLab says. Whoever starts a pipeline may set its variables, even those
 * that name its source and its user. `stated` is what the variables say, and counts where a job's API is
 * missing. https://docs.gitlab.com/api/jobs/#retrieve-a-job-by-job-token
 */
export async function jobAskers(
  { job, project }: { readonly job: GitLab; readonly project: GitLab },
  stated: readonly Asker[],
): Promise<readonly Asker[]> {
  const found = await readJob(job);
  if (found === undefined) return stated;
  const { user, pipeline } = found;
  if (!user) return [];
  if (stated.length > 0) return [person(user)];
  const started = await readPipeline(project, pipeline.id);
  // Whoever plays or retries a job of somebody else's pipeline has asked for it.
  const isAnother = started?.user && started.user.id !== user.id;
  return isAnother || STARTED.includes(started?.source ?? '') ? [person(user)] : [];
}

async function readJob(gitlab: GitLab): Promise<z.infer<typeof JOB> | undefined> {
  try {
    return await gitlab.ask({ doing: 'ask who started this job', path: 'job', of: 'instance' }, JOB);
  } catch (error) {
    if (isRefusal(error, 403, 404)) return undefined;
    if (!isRefusal(error, 401)) throw error;
    throw new PromoteError('UNAUTHORIZED', `${error.message}: nothing proves who started this job`, {
      hint: 'take the variable CI_JOB_TOKEN out of the pipeline and of its schedule: GitLab sets it',
    });
  }
}

async function readPipeline(gitlab: GitLab, id: number): Promise<z.infer<typeof PIPELINE> | undefined> {
  try {
    return await gitlab.ask({ doing: `read pipeline ${id}`, path: `pipelines/${id}` }, PIPELINE);
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
