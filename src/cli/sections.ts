import { neutralise } from '../reports/neutralise.ts';
import type { Io } from './io.ts';

/**
 * Runs a task; GitLab's job log folds its lines away under the title. The marks for this go to stderr, as the
 * lines do. https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
 */
export async function inSection<T>({ env, stderr }: Io, title: string, task: () => Promise<T>): Promise<T> {
  if (env.GITLAB_CI !== 'true') return await task();
  const name = `promote_${title.replace(/[^\w.-]/g, '_').slice(0, 80)}`;
  const mark = (kind: 'start' | 'end', options = '') =>
    `\u001b[0Ksection_${kind}:${Math.floor(Date.now() / 1000)}:${name}${options}\r\u001b[0K`;
  stderr.write(`${mark('start', '[collapsed=true]')}${neutralise(title)}\n`);
  try {
    return await task();
  } finally {
    stderr.write(`${mark('end')}\n`);
  }
}
