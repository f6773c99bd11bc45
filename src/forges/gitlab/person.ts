import type { Person } from '../forge.ts';

/** The person of a GitLab account; a deleted user has an empty id. */
export function person(
  account: { readonly id: number; readonly username: string } | null | undefined,
): Person {
  return account ? { id: String(account.id), name: account.username } : { id: '', name: 'ghost' };
}

/** Who reviewed or approved: a token's own account is nobody who may, so it has no id. */
export function reviewer(account: Parameters<typeof person>[0]): Person {
  return account && isBot(account.username) ? { id: '', name: account.username } : person(account);
}

/**
 * Whether it is the account of a project's or a group's access token.
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
 */
export function isBot(username: string): boolean {
  return /^(?:project|group)_\d+_bot(?:_|\d*$)/.test(username);
}
