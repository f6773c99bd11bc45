import { z } from 'zod';
import type { Deployments, NewDeployment, RecordedDeployment } from '../deployments.ts';
import type { GitLab } from './gitlab.ts';
import { WRITE } from './need.ts';

/** The newest deployments, in which one that no job made is looked for. */
const RECENT = 100;

const DEPLOYMENT = z.object({
  id: z.number().int(),
  sha: z.string(),
  deployable: z.object({}).nullish(),
});
const ENVIRONMENT = z.object({ id: z.number().int(), name: z.string(), external_url: z.string().nullish() });

/** Deployments; needs a Developer with the right to deploy. https://docs.gitlab.com/api/deployments/ */
export function createDeployments(gitlab: GitLab): Deployments {
  return {
    async latest(environment, wanted): Promise<RecordedDeployment | undefined> {
      const query = { environment, status: 'success', order_by: 'id', sort: 'desc' };
      const ask = { doing: `read the deployments to ${environment}`, path: 'deployments', query };
      let seen = 0;
      for await (const { id, sha, deployable } of gitlab.items(ask, DEPLOYMENT, Number.POSITIVE_INFINITY)) {
        // A job's deployment only shows where a pipeline ran.
        if (!deployable) {
          const found = wanted === undefined ? undefined : await environmentNamed(gitlab, environment);
          return { id, commit: sha, isWhole: true, link: found?.external_url || undefined };
        }
        seen += 1;
        if (seen === RECENT) break;
      }
      return undefined;
    },
    async record({ environment: name, commit: sha, branch: ref, link }: NewDeployment, newest) {
      const doing = `record the deployment to ${name}`;
      const write = { doing, need: WRITE } as const;
      if (link !== undefined) {
        const found = await environmentNamed(gitlab, name);
        const shown = { external_url: link };
        if (found === undefined)
          await gitlab.ask(
            { ...write, method: 'POST', path: 'environments', body: { name, ...shown } },
            z.unknown(),
          );
        else if (found.external_url !== link)
          await gitlab.ask(
            { ...write, method: 'PUT', path: `environments/${found.id}`, body: shown },
            z.unknown(),
          );
      }
      if (newest?.commit === sha) return;
      const body = { environment: name, sha, ref, tag: false, status: 'success' };
      await gitlab.ask({ ...write, method: 'POST', path: 'deployments', body }, z.unknown());
    },
  };
}

async function environmentNamed(gitlab: GitLab, name: string) {
  const ask = { doing: `read environment ${name}`, path: 'environments', query: { name } };
  for await (const found of gitlab.items(ask, ENVIRONMENT, RECENT)) if (found.name === name) return found;
  return undefined;
}
