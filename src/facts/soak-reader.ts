import { soakTime } from '../environments/gates/soak.ts';
import { environmentNamed } from '../environments/locate.ts';
import type { SoakFact } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** Reads how long candidates have soaked; the reader is loaded only if the environment requires it. */
export async function soakReader(
  run: Run,
  candidates: readonly Candidate[],
): Promise<(candidate: Candidate) => Promise<SoakFact | undefined>> {
  const { environments, environment } = run;
  const { from, gates } = environment;
  if (gates.soak === undefined || from.kind !== 'environment') return async () => undefined;
  const { readSoaking } = await import('./soaks.ts');
  const source = environmentNamed(environments, from.name);
  return await readSoaking(run, source, soakTime(gates.soak), candidates);
}
