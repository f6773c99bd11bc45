import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import type { World } from './world.ts';

/** Above the numbers of pull requests, which are issues too. */
const FIRST = 1001;

/**
 * Issues of the repository. The list has pull requests as well. Labels are dropped without a word for who may not push.
 * A text comes back with the line ends of whoever wrote it. https://docs.github.com/en/rest/issues/issues
 */
export function issues(world: World, request: ApiRequest): ApiAnswer | undefined {
  const { method, parts, url, body } = request;
  const [, , , kind, id, action] = parts;
  if (kind !== 'issues' || action !== undefined) return undefined;
  const { hasIssues, dropsLabels } = world.settings;
  if (id === undefined && !hasIssues) return refusal(410, 'Issues has been disabled in this repository.');
  if (id === undefined && method === 'GET') return { status: 200, body: listed(world, url.searchParams) };
  if (id === undefined && method === 'POST') {
    const given = fields(body);
    const names = dropsLabels || !Array.isArray(given.labels) ? [] : given.labels;
    const number = FIRST + world.issues.length;
    const made = {
      number,
      html_url: `https://github.example/acme/gitops/issues/${number}`,
      title: String(given.title).trim(),
      body: given.body ?? null,
      state: 'open',
      labels: names.map(name => ({ name: String(name) })),
    };
    world.issues.push(made);
    return { status: 201, body: made };
  }
  const found = world.issues.find(({ number }) => number === Number(id));
  if (found === undefined || method !== 'PATCH') return undefined;
  Object.assign(found, fields(body));
  return { status: 200, body: found };
}

function listed({ issues: all }: World, query: URLSearchParams): readonly Fields[] {
  const label = query.get('labels');
  const state = query.get('state') ?? 'open';
  const found = all.filter(
    one =>
      (state === 'all' || one.state === state) &&
      (label === null || (Array.isArray(one.labels) && one.labels.some(({ name }) => name === label))),
  );
  // The newest first.
  return found.toReversed().slice(0, Number(query.get('per_page') ?? 30));
}
