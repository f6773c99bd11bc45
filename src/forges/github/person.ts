import type { Person } from '../forge.ts';

/** The person of a GitHub account; a deleted user has an empty id. */
export function person(user: { readonly id: number; readonly login: string } | null | undefined): Person {
  return user ? { id: String(user.id), name: user.login } : { id: '', name: 'ghost' };
}

/** Whether it is an App's account; a person's login has no brackets. */
export function isBot(login: string): boolean {
  return login.endsWith('[bot]');
}

/** Who reviewed or approved: an App is nobody who may, so it has no id. */
export function reviewer(user: Parameters<typeof person>[0]): Person {
  return user && isBot(user.login) ? { id: '', name: user.login } : person(user);
}
