import type { ApiAnswer, ApiRequest } from './request.ts';
import type { World } from './world.ts';

/**
 * The request by the names that accounts had at first. The name before a renaming is free, and somebody else may take it:
 * https://docs.github.com/en/account-and-profile/concepts/username-changes
 */
export function byFirstNames({ renamed }: World, request: ApiRequest): ApiRequest {
  const at = request.parts[0] === 'users' ? 1 : 4;
  const login = request.parts[at];
  if (login === undefined || (at === 4 && request.parts[3] !== 'collaborators')) return request;
  const name = login.toLowerCase();
  const [first] = [...renamed].find(([, now]) => now === name) ?? [renamed.has(name) ? 'nobody' : name];
  const parts = request.parts.with(at, first);
  const path = parts.map(encodeURIComponent).join('/');
  return { ...request, parts, url: new URL(`/${path}${request.url.search}`, request.url) };
}

/** The answer with the names that accounts have now. A deleted account is left out of reviews. */
export function byPresentNames({ renamed, gone }: World, answer: ApiAnswer): ApiAnswer {
  if (renamed.size + gone.size === 0 || Buffer.isBuffer(answer.body)) return answer;
  const body = JSON.stringify(answer.body, (_, value) => {
    const isGiven = typeof value === 'object' && value !== null;
    if (!isGiven) return value;
    const user = value.submitted_at === undefined ? undefined : value.user;
    if (user && gone.has(user.id)) return { ...value, user: null };
    const login = renamed.get(value.login);
    return login === undefined || value.login === login ? value : { ...value, login, first: value.login };
  });
  return body === undefined ? answer : { ...answer, body: JSON.parse(body) };
}
