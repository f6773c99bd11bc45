import type { Person } from '../forge.ts';

/** The person of a Forgejo account; a deleted user has an empty id. */
export function person(account: { readonly id: number; readonly login: string } | null | undefined): Person {
  return account && account.id !== GHOST
    ? { id: String(account.id), name: account.login }
    : { id: '', name: 'ghost' };
}

/** The account of every job with its own token, on all instances: `models/user/user_system.go` of Forgejo. */
export const ACTIONS: Person = { id: '-2', name: 'forgejo-actions' };

const GHOST = -1;

/** Who reviewed: the account of the jobs is nobody who may, so it has no id. */
export function reviewer(account: Parameters<typeof person>[0]): Person {
  return account && account.id < 0 ? { id: '', name: account.login } : person(account);
}
