import type { Io } from './io.ts';

/**
 * Which attempt of its run this job is part of: 1 where nobody ran it again.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function runAttempt({ GITHUB_RUN_ATTEMPT: attempt }: Io['env']): number {
  return /^[1-9]\d{0,8}$/.test(attempt ?? '') ? Number(attempt) : 1;
}
