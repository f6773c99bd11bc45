import { type ApiAnswer, type ApiRequest, fields, refusal } from './request.ts';
import { at, type World } from './world.ts';

/** Commit statuses, which `emulate` has not; the newest first, as GitHub lists them. */
export async function statuses(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, sha, action] = request.parts;
  if (request.method === 'POST' && kind === 'statuses') return await create(world, request, String(sha));
  if (request.method !== 'GET' || kind !== 'commits' || action !== 'statuses') return undefined;
  const page = Number(request.url.searchParams.get('page') ?? 1);
  const size = Number(request.url.searchParams.get('per_page') ?? 30);
  const found = world.statuses.filter(status => status.sha === sha);
  return { status: 200, body: found.slice((page - 1) * size, page * size) };
}

async function create(world: World, request: ApiRequest, sha: string): Promise<ApiAnswer> {
  const { status: known } = await world.emulated.ask(
    'GET',
    at(world, `git/commits/${sha}`),
    undefined,
    request.authorization,
  );
  if (known !== 200) return refusal(422, `No commit found for SHA: ${sha}`);
  const { body: user } = await world.emulated.ask('GET', '/user', undefined, request.authorization);
  const { state, context = 'default', description = null, target_url = null } = fields(request.body);
  if (String(description).length > 140) {
    return refusal(422, 'Validation Failed', [
      { resource: 'Status', field: 'description', code: 'too_long' },
    ]);
  }
  const status = {
    id: world.statuses.length + 1,
    sha,
    state,
    context,
    description,
    target_url,
    creator: user,
  };
  world.statuses.unshift(status);
  return { status: 201, body: status };
}
