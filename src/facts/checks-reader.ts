import type { ChecksAnswer } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** Reads the required checks of candidates. The reader is loaded only if the environment requires checks. */
export async function checksReader(
  run: Run,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<ChecksAnswer | undefined>> {
  if (run.environment.gates.checks === undefined) return async () => undefined;
  const { readChecks } = await import('./checks/checks.ts');
  return await readChecks(run, candidates);
}
