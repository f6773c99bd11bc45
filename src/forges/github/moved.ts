import type { Octokit } from '@octokit/rest';

/** GitHub's answer for a repository that was renamed or transferred, with its address by id. */
export class Moved extends Error {
  readonly location: string;

  constructor(location: string) {
    super(`moved to ${location}`);
    this.location = location;
  }
}

/**
 * Throws `Moved` for answers that say that the repository moved: 301 for reads, 307 or 308 for writes.
 * Octokit treats these as successes. Redirects of other repositories, which are only read, are followed.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function noticeMoves(client: Octokit, place: Place): void {
  client.hook.wrap('request', async (request, options) => {
    const answer = await request(options);
    const { status } = { ...Object(answer) };
    const { location } = answer.headers;
    if (![301, 307, 308].includes(status) || location === undefined) return answer;
    const isOther = options.owner !== place.owner || options.repo !== place.repo;
    if (isOther && options.method === 'GET') return await client.request(`GET ${location}`);
    throw new Moved(location);
  });
}

/** The current names of a moved repository. GitHub leads to its number; a proxy may lead to its new name. */
export async function newPlace(client: Octokit, { location }: Moved): Promise<Place | undefined> {
  const [, newOwner, newRepo] = /\/repos\/([^/]+)\/([^/]+)(?:\/|$)/.exec(location) ?? [];
  if (newOwner && newRepo) return { owner: newOwner, repo: newRepo };
  const id = /\/repositories\/(\d+)(?:\/|$)/.exec(location)?.[1];
  if (id === undefined) return undefined;
  const { data } = await client.request('GET /repositories/{id}', { id: Number(id) });
  const { full_name: name = '' }: { readonly full_name?: string } = { ...Object(data) };
  const [owner, repo] = name.split('/');
  return owner && repo ? { owner, repo } : undefined;
}

interface Place {
  readonly owner: string;
  readonly repo: string;
}
