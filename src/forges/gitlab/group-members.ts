import { z } from 'zod';
import { PromoteError } from '../../errors.ts';
import type { Person } from '../forge.ts';
import { ACCOUNT, type GitLab, isUnseen } from './gitlab.ts';
import { person } from './person.ts';

const MOST = 5000;

const MEMBER = ACCOUNT.extend({
  state: z.string().default('active'),
  membership_state: z.string().default('active'),
});

/**
 * The direct members of a group by its full path; as in GitLab's own approval rules, inherited ones do not
 * count. GitLab answers 404 for a group that does not exist and for one that the token may not see. This is
 * an error: nobody is approved or refused by a missing list.
 */
export async function groupMembers(gitlab: GitLab, group: string): Promise<readonly Person[]> {
  const ask = {
    doing: `read the members of ${group}`,
    of: 'instance',
    path: `groups/${encodeURIComponent(group)}/members`,
  } as const;
  try {
    const members = await Array.fromAsync(gitlab.items(ask, MEMBER, MOST));
    return members
      .filter(({ state, membership_state }) => state === 'active' && membership_state === 'active')
      .map(person);
  } catch (error) {
    if (!isUnseen(error)) throw error;
    throw new PromoteError(error.code, error.message, {
      hint: `check the path. To read the members of ${group}, the token needs scope read_api, and its owner must see the group. A project access token sees no private group`,
    });
  }
}
