import { z } from 'zod';
import { ACCOUNT, type GitLab } from './gitlab.ts';

/** The members of the project and of the groups above it; each person is read once a run. */
export interface Members {
  /** The account of a user name, if it is a member. */
  named(username: string): Promise<Account | undefined>;
  /** Those of the ids that may push: Developers and above. */
  writers(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** An account by its id. */
export type Account = z.infer<typeof ACCOUNT>;

const MOST = 1000;
/** https://docs.gitlab.com/api/access_requests/#valid-access-levels */
const DEVELOPER = 30;

/** `state` is the account's: a blocked one keeps its memberships. https://docs.gitlab.com/api/members/ */
const MEMBER = ACCOUNT.extend({
  access_level: z.number(),
  state: z.string().default('active'),
  membership_state: z.string().default('active'),
});

/** Reads members, also those that are inherited from groups. */
export function createMembers(gitlab: GitLab): Members {
  const names = new Map<string, Promise<Account | undefined>>();
  const rights = new Map<string, Promise<ReadonlySet<string>>>();

  async function find(username: string): Promise<Account | undefined> {
    const ask = { doing: `find ${username}`, path: 'members/all', query: { query: username } };
    const same = (account: Account) => account.username.toLowerCase() === username.toLowerCase();
    for await (const member of gitlab.items(ask, MEMBER, MOST)) if (same(member)) return member;
    return undefined;
  }

  async function readWriters(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const ask = {
      doing: 'read the roles of reviewers',
      path: 'members/all',
      query: { user_ids: ids.join(',') },
    };
    const members = await Array.fromAsync(gitlab.items(ask, MEMBER, MOST));
    const writers = members.filter(
      ({ access_level, state, membership_state }) =>
        access_level >= DEVELOPER && state === 'active' && membership_state === 'active',
    );
    return new Set(writers.map(({ id }) => String(id)));
  }

  return {
    named(username) {
      const asked = names.get(username) ?? find(username);
      names.set(username, asked);
      return asked;
    },
    async writers(ids) {
      const unknown = new Set(ids.filter(id => id !== '' && !rights.has(id)));
      if (unknown.size > 0) {
        // Later callers wait for the same answer.
        const asked = readWriters([...unknown]);
        for (const id of unknown) rights.set(id, asked);
      }
      const known = ids.map(async id => ((await rights.get(id))?.has(id) === true ? [id] : []));
      return new Set((await Promise.all(known)).flat());
    },
  };
}
