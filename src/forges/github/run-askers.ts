import { isRefusal } from '../api/refusal.ts';
import type { Asker } from '../forge.ts';
import type { GitHub } from './github.ts';
import { person } from './person.ts';

/**
 * Adds the id of whoever ran a run again, which its variables do not contain. Only a name remains where the
 * run may not be read. https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run
 */
export async function runAskers(
  github: GitHub,
  run: number,
  stated: readonly Asker[],
): Promise<readonly Asker[]> {
  if (stated.every(({ id }) => id !== undefined)) return stated;
  const again = await triggeringActor(github, run);
  const isAgain = ({ id, name }: Asker) =>
    id === undefined && name.toLowerCase() === again?.name.toLowerCase();
  return stated.map(one => (again !== undefined && isAgain(one) ? again : one));
}

async function triggeringActor(github: GitHub, run: number): Promise<Asker | undefined> {
  const asking = github.ask(`read run ${run}`, ({ rest }) =>
    rest.actions.getWorkflowRun({ ...github.place, run_id: run }),
  );
  try {
    const { triggering_actor: actor } = await asking;
    return actor ? person(actor) : undefined;
  } catch (error) {
    if (isRefusal(error, 403, 404)) return undefined;
    throw error;
  }
}
