import type { ChecksAnswer } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** What the required checks come to for candidates; its reader is loaded where the environment asks for any. */
export async function checksReader(
  run: Run,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<ChecksAnswer | undefined>> {
  if (run.environment.gates.checks === undefined) return async () => undefined;
  const { readChecks } = await import('./checks/checks.ts');
  return await readChecks(run, candidates);
}
