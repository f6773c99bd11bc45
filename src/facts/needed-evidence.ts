import type { ApprovalGate } from '../environments/gates/approval.ts';
import type { Facts, PredecessorFinding, SignedFacts } from '../gates/facts.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** The signed approvals, if a gate needs them; only then their reader is loaded. */
export async function readNeededApprovals(
  run: Run,
  approval: ApprovalGate | undefined,
  candidates: readonly Candidate[],
  kind: Facts['kind'],
): Promise<SignedFacts | undefined> {
  if (approval?.signed === undefined) {
    if (run.request.approvals !== undefined)
      run.effects.log(`--approval counts for nothing: ${run.environment.name} is not approved by signature`);
    return undefined;
  }
  const { readApprovals } = await import('./read-approvals.ts');
  return await readApprovals(run, approval.signed, candidates, kind);
}

/** The reader of records is loaded only if the environment needs those of the one before. */
export async function neededPredecessors(
  run: Run,
): Promise<(candidate: Candidate) => Promise<PredecessorFinding | undefined>> {
  if (run.environment.gates.predecessor === undefined) return async () => undefined;
  return (await import('./read-predecessor.ts')).predecessorReader(run);
}
