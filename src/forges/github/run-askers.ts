import { mayBeLogin } from '../api/login.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Asker } from '../forge.ts';
import type { GitHub } from './github.ts';
import { isBot, person } from './person.ts';

/**
 * Adds the ids of those of whom only a name is known: whoever ran a run again, and whom the caller names. A
 * name alone would not find them once they rename their account.
 * https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run
 */
export async function runAskers(
  github: GitHub,
  run: number,
  stated: readonly Asker[],
  named?: string,
): Promise<readonly Asker[]> {
  const isKnown = ({ id }: Asker) => id !== undefined;
  const again = stated.every(isKnown) ? undefined : await triggeringActor(github, run);
  const isNamed = ({ name }: Asker) => name.toLowerCase() === named?.toLowerCase();
  const all = named === undefined || stated.some(isNamed) ? stated : [...stated, { name: named }];
  const known = [...stated.filter(isKnown), ...(again ? [again] : [])];
  return await Promise.all(
    all.map(async one => {
      if (isKnown(one)) return one;
      const same = known.find(({ name }) => name.toLowerCase() === one.name.toLowerCase());
      return same ?? (await accountOf(github, one));
    }),
  );
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

/** The account of a name; the name alone if it is none. https://docs.github.com/en/rest/users/users#get-a-user */
async function accountOf(github: GitHub, { name }: Asker): Promise<Asker> {
  if (!mayBeLogin(name) || isBot(name)) return { name };
  try {
    const asked = github.ask(`find ${name}`, ({ rest }) => rest.users.getByUsername({ username: name }));
    return person(await asked);
  } catch (error) {
    if (isRefusal(error, 403, 404)) return { name };
    throw error;
  }
}
