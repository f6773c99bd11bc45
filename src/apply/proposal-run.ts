import { environmentNamed } from '../environments/locate.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { ProposalRun } from '../proposals/run.ts';
import type { Run } from '../run/run.ts';

/** The run with its forge, for pull requests; a repair changes no pin, so it has none. */
export function proposalRun(run: Run): ProposalRun | undefined {
  const { forge, request } = run;
  if (forge === undefined || request.repair) return undefined;
  return { ...run, forge, before: candidate => readBefore(run, candidate) };
}

/** The code that reads the environment before is loaded only if a pull request is written. */
async function readBefore(run: Run, candidate: Candidate) {
  const { from, gates } = run.environment;
  // A soak gate already shows since when a digest is pinned. With several sources, no single one is before.
  if (from.kind !== 'environment' || gates.soak !== undefined) return undefined;
  const source = environmentNamed(run.environments, from.name);
  return await (await import('../facts/soaks.ts')).readBefore(run, candidate, source);
}
