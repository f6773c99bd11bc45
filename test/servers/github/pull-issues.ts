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
  if (request.method === 'GET' && action === 'events') return { status: 200, body: eventsOf(world, number) };
  if (request.method !== 'POST' || action !== 'assignees') return undefined;
  const names = Array.isArray(request.body?.assignees) ? request.body.assignees.map(String) : [];
  const found = await Promise.all(names.map(login => assignable(world, login)));
  const assigned = [...(world.assignees.get(number) ?? []), ...found.flat()];
  world.assignees.set(number, assigned);
  return { status: 201, body: { number, assignees: assigned } };
}

/** https://docs.github.com/en/rest/issues/events#list-issue-events: the oldest first. */
function eventsOf({ ended }: World, number: number): readonly ApiAnswer['body'][] {
  const { closedBy, closedAt, deletedAt } = ended.get(number) ?? {};
  const at = (time: number) => new Date(time).toISOString();
  const actor = closedBy && { type: String(closedBy.login).endsWith('[bot]') ? 'Bot' : 'User', ...closedBy };
  return [
    ...(closedAt === undefined ? [] : [{ event: 'closed', actor: actor ?? null, created_at: at(closedAt) }]),
    ...(deletedAt === undefined ? [] : [{ event: 'head_ref_deleted', actor, created_at: at(deletedAt) }]),
  ];
}

/** GitHub leaves out, without a word, whom it cannot assign. */
async function assignable({ owner, repo, emulated }: World, login: string) {
  const { body } = await emulated.ask('GET', `/repos/${owner}/${repo}/collaborators/${login}/permission`);
  const { role_name, user } = fields(body);
  return ['admin', 'maintain', 'write'].includes(String(role_name)) ? [fields(user)] : [];
}
