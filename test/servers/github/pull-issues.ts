import { pullOf } from './pulls.ts';
import { type ApiAnswer, type ApiRequest, fields } from './request.ts';
import type { World } from './world.ts';

/** The issue behind a pull request, which `emulate` denies: who closed it, and its assignees. */
export async function pullIssues(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const [, , , kind, id, action] = request.parts;
  if (kind !== 'issues' || id === undefined) return undefined;
  const number = Number(id);
  if (request.method === 'GET' && action === undefined) {
    const pull = await pullOf(world, one => one.number === number);
    if (pull === undefined) return undefined;
    const { title, state, user } = pull;
    const closed_by = world.ended.get(number)?.closedBy ?? null;
    return { status: 200, body: { number, title, state, user, closed_by, pull_request: {} } };
  }
  if (request.method !== 'POST' || action !== 'assignees') return undefined;
  const names = Array.isArray(request.body?.assignees) ? request.body.assignees.map(String) : [];
  const found = await Promise.all(names.map(login => assignable(world, login)));
  const assigned = [...(world.assignees.get(number) ?? []), ...found.flat()];
  world.assignees.set(number, assigned);
  return { status: 201, body: { number, assignees: assigned } };
}

/** GitHub leaves out, without a word, whom it cannot assign. */
async function assignable({ owner, repo, emulated }: World, login: string) {
  const { body } = await emulated.ask('GET', `/repos/${owner}/${repo}/collaborators/${login}/permission`);
  const { role_name, user } = fields(body);
  return ['admin', 'maintain', 'write'].includes(String(role_name)) ? [fields(user)] : [];
}
