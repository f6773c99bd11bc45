import type { Person } from '../forge.ts';

/** A GitHub account; the one of a deleted user is nobody. */
export function person(user: { readonly id: number; readonly login: string } | null | undefined): Person {
  return user ? { id: String(user.id), name: user.login } : { id: '', name: 'ghost' };
}
