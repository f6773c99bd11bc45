import type { Io } from './io.ts';

/**
 * The attempt of the CI run that this job belongs to: 1 unless somebody ran it again.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function runAttempt({ GITHUB_RUN_ATTEMPT: attempt }: Io['env']): number {
  return /^[1-9]\d{0,8}$/.test(attempt ?? '') ? Number(attempt) : 1;
}
