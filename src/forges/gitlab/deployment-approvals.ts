import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { RunApproval } from '../forge.ts';
import { ACCOUNT, type GitLab } from './gitlab.ts';
import { reviewer } from './person.ts';

const RECENT = 300;

const DEPLOYMENT = z.object({ id: z.number().int(), deployable: z.object({ id: z.number() }).nullish() });
const APPROVED = z.object({
  environment: z.object({ name: z.string() }),
  approvals: z
    .array(
      z.object({
        user: ACCOUNT.nullish(),
        status: z.string(),
        created_at: z.string(),
      }),
    )
    .nullish(),
});

/**
 * What people decided on a CI job's deployment to a protected environment (GitLab Premium); empty where
 * nobody must approve. Throws `NOT_FOUND` where the job makes no deployment there.
 */
export async function deploymentApprovals(
  gitlab: GitLab,
  environment: string,
  job: number,
): Promise<readonly RunApproval[]> {
  const doing = `read the approvals of job ${job} for ${environment}`;
  const id = await deploymentOf(gitlab, doing, environment, job);
  const { environment: reached, approvals } = await gitlab.ask(
    { doing, path: `deployments/${id}` },
    APPROVED,
  );
  return (approvals ?? []).flatMap(({ user, status, created_at }): readonly RunApproval[] => {
    if (status !== 'approved' && status !== 'rejected') return [];
    const at = new Date(created_at);
    return [{ reviewer: reviewer(user), verdict: status, environments: [reached.name], at }];
  });
}

async function deploymentOf(
  gitlab: GitLab,
  doing: string,
  environment: string,
  job: number,
): Promise<number> {
  const query = { environment, order_by: 'id', sort: 'desc' };
  let seen = 0;
  for await (const { id, deployable } of gitlab.items(
    { doing, path: 'deployments', query },
    DEPLOYMENT,
    1e5,
  )) {
    if (deployable?.id === job) return id;
    seen += 1;
    if (seen === RECENT) break;
  }
  throw new PromoteError('NOT_FOUND', `${doing} of ${gitlab.name}: the job makes no deployment there`, {
    hint: `give the job \`environment: { name: ${environment}, action: start }\``,
  });
}
