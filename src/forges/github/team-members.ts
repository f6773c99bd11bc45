import { PromoteError } from '../../errors.ts';
import { isRefusal } from '../api/refusal.ts';
import type { Person } from '../forge.ts';
import type { GitHub } from './github.ts';
import { person } from './person.ts';

const MOST = 2000;

/**
 * The members of `organization/team`, with those of its child teams. GitHub answers 404 for a team that does
 * not exist and for one that the token may not see. This is an error: nobody is approved or refused by a
 * missing list.
 */
export async function teamMembers(github: GitHub, team: string): Promise<readonly Person[]> {
  const [org = '', team_slug = '', ...rest] = team.split('/');
  if (org === '' || team_slug === '' || rest.length > 0) {
    throw new PromoteError('CONFIGURATION', `${JSON.stringify(team)} is not a team`, {
      hint: 'write it as organization/team',
    });
  }
  try {
    const members = await github.pages(`read team ${team}`, MOST, client =>
      client.paginate.iterator(client.rest.teams.listMembersInOrg, { org, team_slug, per_page: 100 }),
    );
    return members.map(person);
  } catch (error) {
    if (!isRefusal(error, 403, 404)) throw error;
    throw new PromoteError(error.code, error.message, {
      hint: `check the name; the token needs members: read of ${org} (an App), or the scope read:org (a person's token); GITHUB_TOKEN reads no team`,
    });
  }
}
