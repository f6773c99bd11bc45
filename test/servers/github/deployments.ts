import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import { at, type World } from './world.ts';

/** https://docs.github.com/en/rest/deployments/deployments and its statuses, which `emulate` has not. */
export async function deployments(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, id, what] = request.parts;
  if (kind !== 'deployments') return undefined;
  if (id === undefined)
    return request.method === 'POST' ? await create(world, request) : list(world, request.url.searchParams);
  const found = world.deployments.find(one => one.id === Number(id));
  if (found === undefined || what !== 'statuses') return refusal(404, 'Not Found');
  if (request.method === 'GET') return { status: 200, body: found.statuses };
  return addStatus(world, found, fields(request.body));
}

function list(world: World, query: URLSearchParams): ApiAnswer {
  const isAsked = (one: Fields) =>
    ['environment', 'task', 'sha'].every(key => !query.has(key) || one[key] === query.get(key));
  const found = world.deployments.filter(isAsked).slice(0, Number(query.get('per_page') ?? 30));
  return { status: 200, body: found.map(({ statuses: _, ...shown }) => shown) };
}

async function create(world: World, { body, authorization }: ApiRequest): Promise<ApiAnswer> {
  const { ref, task = 'deploy', environment = 'production', payload = {}, description = null } = fields(body);
  const commit = await world.emulated.ask('GET', at(world, `git/commits/${ref}`), undefined, authorization);
  if (commit.status !== 200) return refusal(422, `No ref found for: ${ref}`);
  if (String(description ?? '').length > 140) return refusal(422, 'Validation Failed');
  const id = world.deployments.length + 1;
  const made = { id, sha: ref, ref, task, environment, payload, description, statuses: [] };
  world.deployments.unshift(made);
  const { statuses: _, ...shown } = made;
  return { status: 201, body: shown };
}

/** A success ends others of the environment, unless `auto_inactive` says no: those that succeeded become inactive. */
function addStatus(world: World, one: World['deployments'][number], given: Fields): ApiAnswer {
  const made = { id: one.statuses.length + 1, ...given };
  one.statuses.unshift(made);
  const isEnd = given.state === 'success' && given.auto_inactive !== false;
  const others = world.deployments.filter(
    other => isEnd && other !== one && other.environment === one.environment,
  );
  for (const { statuses } of others)
    if (statuses[0]?.state === 'success') statuses.unshift({ id: statuses.length + 1, state: 'inactive' });
  return { status: 201, body: made };
}
