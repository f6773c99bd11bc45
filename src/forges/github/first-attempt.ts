import { isRefusal } from '../api/refusal.ts';
import type { GitHub } from './github.ts';

/** A job of a CI run that runs now. */
export interface RunningJob {
  readonly run: number;
  readonly attempt: number;
  /** The name of its runner, which identifies the job in GitHub's list of jobs. */
  readonly runner: string;
}

const MOST_JOBS = 1000;
const MOST_ANNOTATIONS = 100;

/**
 * The annotations with a title that the first attempt of a run made in the job of this one's name. Any other
 * job may have printed anything. Empty where that job is not found; needs `actions: read` and `checks: read`.
 * https://docs.github.com/en/rest/actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt
 */
export async function saidInFirstAttempt(
  github: GitHub,
  { run, attempt, runner }: RunningJob,
  title: string,
): Promise<readonly string[]> {
  try {
    const own = (await jobsOf(github, run, attempt)).filter(
      job => job.status === 'in_progress' && job.runner_name === runner,
    );
    const [name, ...others] = new Set(own.map(job => job.name));
    if (name === undefined || others.length > 0) return [];
    const [first, ...more] = (await jobsOf(github, run, 1)).filter(job => job.name === name);
    const check = Number(first?.check_run_url.split('/').at(-1));
    if (more.length > 0 || !Number.isInteger(check)) return [];
    const doing = `read what run ${run} said in its first attempt`;
    const said = await github.pages(doing, MOST_ANNOTATIONS, client =>
      client.paginate.iterator(client.rest.checks.listAnnotations, {
        ...github.place,
        check_run_id: check,
        per_page: 100,
      }),
    );
    return said.flatMap(one => (one.title === title && one.message !== null ? [one.message] : []));
  } catch (error) {
    if (isRefusal(error, 403, 404)) return [];
    throw error;
  }
}

async function jobsOf(github: GitHub, run: number, attempt: number) {
  return await github.pages(`list the jobs of attempt ${attempt} of run ${run}`, MOST_JOBS, client =>
    client.paginate.iterator(client.rest.actions.listJobsForWorkflowRunAttempt, {
      ...github.place,
      run_id: run,
      attempt_number: attempt,
      per_page: 100,
    }),
  );
}
