import { APP } from './emulated.ts';
import { JOB_TOKEN } from './job-token.ts';
import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import { at, type World } from './world.ts';

/** Commit statuses, which `emulate` has not; the newest first, as GitHub lists them. */
export async function statuses(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, sha, action] = request.parts;
  if (request.method === 'POST' && kind === 'statuses') return await create(world, request, String(sha));
  if (request.method !== 'GET' || kind !== 'commits' || action !== 'statuses') return undefined;
  const page = Number(request.url.searchParams.get('page') ?? 1);
  const size = Number(request.url.searchParams.get('per_page') ?? 30);
  const found = world.statuses.filter(status => status.sha === sha);
  const shown = found.slice((page - 1) * size, page * size).map(({ app: _, ...status }) => status);
  return { status: 200, body: shown };
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
  const status: Fields = {
    id: world.statuses.length + 1,
    sha,
    state,
    context,
    description,
    target_url,
    creator: user,
    app: appOf(request),
  };
  world.statuses.unshift(status);
  const { app: _, ...shown } = status;
  return { status: 201, body: shown };
}

/** GitHub's own App, which a job's token is of. */
const ACTIONS = 15_368;

/** The App that a token is of; a person's is of none, whatever the person may do. */
function appOf({ authorization }: ApiRequest): number | undefined {
  if (authorization.endsWith(` ${JOB_TOKEN}`)) return ACTIONS;
  return /\sghp_/.test(authorization) ? undefined : APP;
}
