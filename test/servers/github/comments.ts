import { type ApiAnswer, type ApiRequest, type Fields, fields, refusal } from './request.ts';
import { at, type World } from './world.ts';

/** A comment of a pull request's conversation, as the server keeps it. */
export interface Comment {
  readonly id: number;
  readonly number: number;
  readonly user: Fields;
  body: string;
  readonly createdAt: string;
  editedAt?: string;
}

/**
 * Comments, which anybody writes who may read, and whoever may write edits and deletes, others' too. `emulate` lets
 * nobody comment who may not write. Times in REST have no parts of a second, so an edit in the second of writing shows
 * in GraphQL alone.
 * https://docs.github.com/en/rest/issues/comments https://docs.github.com/en/communities/moderating-comments-and-conversations/managing-disruptive-comments
 */
export async function comments(world: World, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const { method, parts, body, authorization } = request;
  const [, , , kind, id, action] = parts;
  if (kind !== 'issues') return undefined;
  const user = async () => fields((await world.emulated.ask('GET', '/user', undefined, authorization)).body);
  if (action === 'comments') {
    const number = Number(id);
    const pull = await world.emulated.ask('GET', at(world, `pulls/${number}`));
    if (pull.status === 404) return refusal(404, 'Not Found');
    if (method === 'GET')
      return { status: 200, body: world.comments.filter(one => one.number === number).map(shown) };
    const createdAt = new Date().toISOString();
    const made = {
      id: world.comments.length + 1,
      number,
      user: await user(),
      body: String(body?.body),
      createdAt,
    };
    world.comments.push(made);
    return { status: 201, body: shown(made) };
  }
  if (id !== 'comments') return undefined;
  const index = world.comments.findIndex(one => one.id === Number(action));
  const found = world.comments[index];
  if (found === undefined) return refusal(404, 'Not Found');
  const by = await user();
  if (by.id !== found.user.id && !(await mayWrite(world, by))) return refusal(403, 'Must have admin rights');
  if (method === 'DELETE') {
    world.comments.splice(index, 1);
    return { status: 204 };
  }
  found.body = String(body?.body);
  found.editedAt = new Date().toISOString();
  return { status: 200, body: shown(found) };
}

function shown({ id, user, body, createdAt, editedAt = createdAt }: Comment): Fields {
  const second = (time: string) => `${time.slice(0, 19)}Z`;
  return { id, user, body, created_at: second(createdAt), updated_at: second(editedAt) };
}

async function mayWrite(world: World, { login }: Fields): Promise<boolean> {
  const { body } = await world.emulated.ask('GET', at(world, `collaborators/${login}/permission`));
  return ['admin', 'maintain', 'write'].includes(String(fields(body).role_name));
}
