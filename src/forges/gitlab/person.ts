import type { Person } from '../forge.ts';

/** A GitLab account; that of a deleted user is nobody. */
export function person(
  account: { readonly id: number; readonly username: string } | null | undefined,
): Person {
  return account ? { id: String(account.id), name: account.username } : { id: '', name: 'ghost' };
}
