import type { ApiAnswer, ApiRequest } from './request.ts';
import type { World } from './world.ts';

/** The number in addresses of moved repositories. */
const ID = 4_242;

/**
 * Leads from the old address of a repository to one by its number: 301 for reads, 307 for the rest.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function leadAway({ settings }: World, { method, url, parts }: ApiRequest): ApiAnswer | undefined {
  const [first, owner, repo, ...rest] = parts;
  const from = settings.movedFrom;
  if (first !== 'repos' || from === undefined || owner !== from.owner || repo !== from.repo) return undefined;
  const path = ['repositories', String(ID), ...rest].map(encodeURIComponent).join('/');
  const location = `${url.origin}/${path}${url.search}`;
  return {
    status: method === 'GET' ? 301 : 307,
    headers: { location },
    body: { message: 'Moved Permanently', url: location },
  };
}

/** The same request at the repository's present address. */
export function atPresent({ owner, repo }: World, request: ApiRequest): ApiRequest {
  const [first, id, ...rest] = request.parts;
  if (first !== 'repositories' || id !== String(ID)) return request;
  const parts = ['repos', owner, repo, ...rest];
  const path = `/${parts.map(encodeURIComponent).join('/')}`;
  return { ...request, parts, url: new URL(`${path}${request.url.search}`, request.url) };
}

/** Pull requests of another owner's branches are not this repository's, whatever it was called before. */
export function ofOtherOwner({ owner }: World, { method, url, parts }: ApiRequest): ApiAnswer | undefined {
  const head = url.searchParams.get('head');
  if (method !== 'GET' || parts[3] !== 'pulls' || parts.length !== 4 || head === null) return undefined;
  return head.startsWith(`${owner}:`) ? undefined : { status: 200, body: [] };
}
