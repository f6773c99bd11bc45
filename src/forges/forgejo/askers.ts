import { mayBeLogin } from '../api/login.ts';
import type { Asker } from '../forge.ts';
import { ACCOUNT, type Forgejo, isUnseen } from './forgejo.ts';
import { person } from './person.ts';

/**
 * Who asked by starting a job. Actions name one person in their variables, without an id, which is looked up.
 * Neither Forgejo nor Gitea shows who ran a job again.
 */
export async function jobAskers(forgejo: Forgejo, stated: readonly Asker[]): Promise<readonly Asker[]> {
  return await Promise.all(stated.map(async asker => (asker.id ? asker : await named(forgejo, asker))));
}

async function named(forgejo: Forgejo, { name }: Asker): Promise<Asker> {
  if (!mayBeLogin(name)) return { name };
  const path = `users/${encodeURIComponent(name)}`;
  try {
    return person(await forgejo.ask({ doing: `find ${name}`, path, of: 'instance' }, ACCOUNT));
  } catch (error) {
    if (isUnseen(error)) return { name };
    throw error;
  }
}
