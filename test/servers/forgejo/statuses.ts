import { readCommit } from '../gitlab/objects.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import type { Status } from './world.ts';

const STATUSES = '/repos/{owner}/{repo}/statuses/{sha}';
const STATES: readonly string[] = ['pending', 'success', 'error', 'failure', 'warning'];

/** Commit statuses, each a new one: `routers/api/v1/repo/status.go`. */
export const STATUS_ROUTES: readonly Route[] = [
  { method: 'GET', template: STATUSES, handle: list },
  { method: 'POST', template: STATUSES, handle: create },
];

/** Without an order of their own they are the newest second first, and of one second in any. */
function list(call: Call): Answer {
  const { world, query, parts } = call;
  const found = world.statuses.filter(({ sha }) => sha === parts[0]);
  const isNewest = query.get('sort') === 'highestindex';
  return page(call, (isNewest ? found.toReversed() : found).map(shown));
}

/** A commit that is not there is an error of the server. */
function create({ world, user, body, parts: [sha = ''] }: Call): Answer {
  if (readCommit(world.bare, sha) === undefined) return refusal(500, '');
  if (!STATES.includes(String(body.state))) return refusal(422, 'unknown state');
  const made: Status = {
    index: world.statuses.filter(one => one.sha === sha).length + 1,
    sha,
    context: String(body.context ?? 'default'),
    status: String(body.state),
    description: String(body.description ?? ''),
    target_url: String(body.target_url ?? ''),
    created_at: world.now(),
    creator: { id: user.id, login: user.login },
  };
  world.statuses.push(made);
  return ok(shown(made), 201);
}

function shown({ index, sha: _, ...status }: Status) {
  return { id: index, ...status };
}
