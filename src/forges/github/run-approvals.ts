import type { Person } from '../pull-requests.ts';
import type { GitHub } from './github.ts';
import { person } from './person.ts';

/** A decision on protected environments of a workflow run; GitHub tells neither time nor commit. */
export interface RunApproval {
  readonly environments: readonly string[];
  readonly reviewer: Person;
  readonly verdict: 'approved' | 'rejected' | 'pending';
  readonly comment: string;
}

/** The decisions on the protected environments that a run waited for, in GitHub's order. */
export async function runApprovals(github: GitHub, run: number): Promise<readonly RunApproval[]> {
  const decisions = await github.ask(`read approvals of run ${run}`, ({ rest }) =>
    rest.actions.getReviewsForRun({ ...github.place, run_id: run }),
  );
  return decisions.map(({ environments, user, state, comment }) => ({
    environments: environments.flatMap(({ name }) => name ?? []),
    reviewer: person(user),
    verdict: state,
    comment,
  }));
}
