import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import type { Person } from '../forge.ts';
import { ACCOUNT, type Forgejo } from './forgejo.ts';
import { ADMINISTER } from './need.ts';

/** Who may write to the repository; each person is read once a run. */
export interface Permissions {
  /** Throws `FORBIDDEN` unless the token's owner is an administrator of the repository. */
  mayWrite(person: Person): Promise<boolean>;
  /** Like `mayWrite`, but `undefined` where the token's owner may not ask. */
  writes(person: Person): Promise<boolean | undefined>;
}

const PERMISSION = z.object({ permission: z.string(), user: ACCOUNT.nullish() });
const WRITING: readonly string[] = ['write', 'admin', 'owner'];

/** Asks for permissions. https://codeberg.org/api/swagger#/repository/repoGetRepoPermissions */
export function createPermissions(forgejo: Forgejo): Permissions {
  const asked = new Map<string, Promise<boolean>>();

  async function read({ id, name }: Person): Promise<boolean> {
    const path = `collaborators/${encodeURIComponent(name)}/permission`;
    const ask = { doing: `read what ${name} may do`, path, need: ADMINISTER };
    try {
      const { permission, user } = await forgejo.ask(ask, PERMISSION);
      // It is asked for by name, and a name may have become somebody else's since.
      return WRITING.includes(permission) && (!user || String(user.id) === id);
    } catch (error) {
      if (isRefusal(error, 404)) return false;
      throw error;
    }
  }

  async function mayWrite(person: Person): Promise<boolean> {
    if (person.id === '') return false;
    const known = asked.get(person.id) ?? read(person);
    asked.set(person.id, known);
    return await known;
  }

  return {
    mayWrite,
    async writes(person) {
      try {
        return await mayWrite(person);
      } catch (error) {
        if (isRefusal(error, 403)) return undefined;
        throw error;
      }
    },
  };
}
