import type { SoakFact } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from './run.ts';

/** How long candidates have soaked; its reader is loaded where the environment asks for it. */
export async function soakReader(
  run: Run,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<SoakFact | undefined>> {
  if (run.environment.gates.soak === undefined) return async () => undefined;
  const { readSoaking } = await import('./soaks.ts');
  return await readSoaking(run, candidates);
}
