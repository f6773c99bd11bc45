import { z } from 'zod';
import { ACCOUNT, type GitLab } from './gitlab.ts';

/** Who belongs to the project, in it or in a group above it; each person is asked for once a run. */
export interface Members {
  /** The account of a user name, if it is a member's. */
  named(username: string): Promise<Account | undefined>;
  /** The ids among these of those who may push: Developers and above. */
  writers(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** An account by its id. */
export type Account = z.infer<typeof ACCOUNT>;

const MOST = 1000;
/** https://docs.gitlab.com/api/access_requests/#valid-access-levels */
const DEVELOPER = 30;

const MEMBER = ACCOUNT.extend({ access_level: z.number(), state: z.string().default('active') });

/** Reads members with those that are inherited from groups. */
export function createMembers(gitlab: GitLab): Members {
  const names = new Map<string, Promise<Account | undefined>>();
  const rights = new Map<string, boolean>();

  async function find(username: string): Promise<Account | undefined> {
    const ask = { doing: `find ${username}`, path: 'members/all', query: { query: username } };
    const same = (account: Account) => account.username.toLowerCase() === username.toLowerCase();
    for await (const member of gitlab.items(ask, MEMBER, MOST)) if (same(member)) return member;
    return undefined;
  }

  return {
    named(username) {
      const asked = names.get(username) ?? find(username);
      names.set(username, asked);
      return asked;
    },
    async writers(ids) {
      const unknown = ids.filter(id => id !== '' && !rights.has(id));
      if (unknown.length > 0) {
        for (const id of unknown) rights.set(id, false);
        const query = { user_ids: unknown.join(',') };
        const ask = { doing: 'read the roles of reviewers', path: 'members/all', query };
        for await (const { id, access_level, state } of gitlab.items(ask, MEMBER, MOST)) {
          if (access_level >= DEVELOPER && state === 'active') rights.set(String(id), true);
        }
      }
      return new Set(ids.filter(id => rights.get(id) === true));
    },
  };
}
