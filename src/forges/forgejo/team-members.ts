import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { Person } from '../forge.ts';
import { ACCOUNT, type Forgejo, isUnseen } from './forgejo.ts';
import { person } from './person.ts';

const MOST = 2000;

const TEAM = z.object({ id: z.number().int(), name: z.string() });

/**
 * The members of `organization/team`. Forgejo answers 404 for a team that does not exist and for one that the
 * token may not see. This is an error: nobody is approved or refused by a missing list.
 */
export async function teamMembers(forgejo: Forgejo, team: string): Promise<readonly Person[]> {
  const [org = '', name = '', ...rest] = team.split('/');
  if (org === '' || name === '' || rest.length > 0) {
    throw new PromoteError('CONFIGURATION', `${JSON.stringify(team)} is not a team`, {
      hint: 'write it as organization/team',
    });
  }
  const doing = `read team ${team}`;
  const hint = `check the name; the token needs the scope read:organization, and its owner must be a member of ${org}: a job's own token is none`;
  try {
    const path = `orgs/${encodeURIComponent(org)}/teams`;
    const teams = await Array.fromAsync(forgejo.items({ doing, path, of: 'instance' }, TEAM, MOST));
    const found = teams.find(one => one.name.toLowerCase() === name.toLowerCase());
    if (found === undefined)
      throw new PromoteError('NOT_FOUND', `${doing}: ${org} shows no such team`, { hint });
    const ask = { doing, path: `teams/${found.id}/members`, of: 'instance' } as const;
    return (await Array.fromAsync(forgejo.items(ask, ACCOUNT, MOST))).map(person);
  } catch (error) {
    if (!isUnseen(error)) throw error;
    throw new PromoteError(error.code, error.message, { hint });
  }
}
