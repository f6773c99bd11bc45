import type { Person } from '../forge.ts';

/** The person of a GitHub account; a deleted user has an empty id. */
export function person(user: { readonly id: number; readonly login: string } | null | undefined): Person {
  return user ? { id: String(user.id), name: user.login } : { id: '', name: 'ghost' };
}
