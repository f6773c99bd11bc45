import type { Person } from '../forge.ts';

/** An account of Forgejo; that of a deleted user is nobody. */
export function person(account: { readonly id: number; readonly login: string } | null | undefined): Person {
  return account && account.id !== GHOST
    ? { id: String(account.id), name: account.login }
    : { id: '', name: 'ghost' };
}

/** Whom every job acts as with its own token: the same on all instances, `models/user/user_system.go` of Forgejo. */
export const ACTIONS: Person = { id: '-2', name: 'forgejo-actions' };

const GHOST = -1;
