import type { RunApproval } from '../forge.ts';
import type { GitHub } from './github.ts';
import { reviewer } from './person.ts';

/**
 * The decisions on the protected environments that a run waited for, in GitHub's order. GitHub shows neither
 * their time nor their commit.
 */
export async function runApprovals(github: GitHub, run: number): Promise<readonly RunApproval[]> {
  const decisions = await github.ask(`read approvals of run ${run}`, ({ rest }) =>
    rest.actions.getReviewsForRun({ ...github.place, run_id: run }),
  );
  return decisions.map(({ environments, user, state }) => ({
    environments: environments.flatMap(({ name }) => name ?? []),
    reviewer: reviewer(user),
    verdict: state,
  }));
}
