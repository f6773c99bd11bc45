import type { Octokit } from '@octokit/rest';

/** GitHub's answer for a repository that was renamed or transferred: where it is by its id. */
export class Moved extends Error {
  readonly location: string;

  constructor(location: string) {
    super(`moved to ${location}`);
    this.location = location;
  }
}

/**
 * Throws `Moved` for the answers of a repository that it is elsewhere: 301 where something is read, 307 or 308 where
 * something is written. Octokit takes them for successes. Those of other repositories, which are only read, are
 * followed. https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
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

/** The names that a moved repository has now. */
export async function newPlace(client: Octokit, { location }: Moved): Promise<Place | undefined> {
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
