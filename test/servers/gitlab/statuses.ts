import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import { gitText } from './world.ts';

/** Commit statuses; one that waits cannot be told to wait again. */
export const STATUSES: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}/statuses', handle: list },
  { method: 'POST', template: 'projects/{id}/statuses/{sha}', handle: create },
];

function list(call: Call): Answer {
  const { world, query, parts } = call;
  const found = world.statuses.filter(
    ({ sha, name }) => sha === parts[1] && name === (query.get('name') ?? name),
  );
  return page(call, found);
}

function create({ world, body, parts: [, sha = ''] }: Call): Answer {
  const known = gitText(world, 'branch', '--contains', sha);
  if (known === undefined || known === '') return refusal(404, 'References for commit not found');
  const state = String(body.state);
  const name = String(body.name ?? body.context ?? 'default');
  const given = {
    status: state,
    description: typeof body.description === 'string' ? body.description : null,
    target_url: typeof body.target_url === 'string' ? body.target_url : null,
  };
  const current = world.statuses.find(
    one => one.sha === sha && one.name === name && one.status === 'pending',
  );
  if (current !== undefined && state === 'pending') {
    const why =
      'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")';
    return refusal(400, why);
  }
  if (current !== undefined) {
    Object.assign(current, given);
    return ok(current, 201);
  }
  const status = { id: world.statuses.length + 1, sha, name, ...given };
  world.statuses.push(status);
  return ok(status, 201);
}
