import { z } from 'zod';
import { isRefusal } from '../api/refusal.ts';
import type { Person } from '../forge.ts';
import type { Forgejo } from './forgejo.ts';
import { ADMINISTER } from './need.ts';

/** Who may write to the repository; each person is read once a run. */
export interface Permissions {
  /** Throws `FORBIDDEN` unless the token's owner is an administrator of the repository. */
  mayWrite(person: Person): Promise<boolean>;
  /** Like `mayWrite`, but `undefined` where the token's owner may not ask. */
  writes(person: Person): Promise<boolean | undefined>;
}

const PERMISSION = z.object({ permission: z.string() });
const WRITING: readonly string[] = ['write', 'admin', 'owner'];

/** Asks for permissions. https://codeberg.org/api/swagger#/repository/repoGetRepoPermissions */
export function createPermissions(forgejo: Forgejo): Permissions {
  const asked = new Map<string, Promise<boolean>>();

  async function read(name: string): Promise<boolean> {
    const path = `collaborators/${encodeURIComponent(name)}/permission`;
    const ask = { doing: `read what ${name} may do`, path, need: ADMINISTER };
    try {
      return WRITING.includes((await forgejo.ask(ask, PERMISSION)).permission);
    } catch (error) {
      if (isRefusal(error, 404)) return false;
      throw error;
    }
  }

  async function mayWrite({ id, name }: Person): Promise<boolean> {
    if (id === '') return false;
    const known = asked.get(name) ?? read(name);
    asked.set(name, known);
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
