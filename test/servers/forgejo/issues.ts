import { account } from './pull-state.ts';
import { withOne } from './pulls.ts';
import { type Answer, type Call, ok, page, type Route, refusal } from './request.ts';
import type { Pull } from './world.ts';

const REPO = '/repos/{owner}/{repo}';

/** What pull requests have in common with issues: labels, comments, and what happened. */
export const ISSUE_ROUTES: readonly Route[] = [
  { method: 'GET', template: `${REPO}/labels`, handle: labels(false), scope: 'issue' },
  { method: 'POST', template: `${REPO}/labels`, handle: createLabel, scope: 'issue' },
  { method: 'GET', template: '/orgs/{org}/labels', handle: labels(true), scope: 'organization' },
  { method: 'POST', template: `${REPO}/issues/{index}/labels`, handle: withOne(label), scope: 'issue' },
  {
    method: 'DELETE',
    template: `${REPO}/issues/{index}/labels/{id}`,
    handle: withOne(takeLabel),
    scope: 'issue',
  },
  { method: 'POST', template: `${REPO}/issues/{index}/comments`, handle: withOne(comment), scope: 'issue' },
  { method: 'GET', template: `${REPO}/issues/{index}/timeline`, handle: withOne(timeline), scope: 'issue' },
];

function labels(isShared: boolean): (call: Call) => Answer {
  return call =>
    page(
      call,
      call.world.labels.filter(label => label.isShared === isShared).map(({ id, name }) => ({ id, name })),
      false,
    );
}

function createLabel({ world, body }: Call): Answer {
  if (!/^#?[0-9a-f]{6}$/.test(String(body.color))) return refusal(422, 'bad color code');
  const made = { id: world.labels.length + 20, name: String(body.name), isShared: false };
  world.labels.push(made);
  return ok({ id: made.id, name: made.name, color: body.color }, 201);
}

/** By their ids, unknown ones left out. */
function label({ world, body }: Call, pull: Pull): Answer {
  const ids = Array.isArray(body.labels) ? body.labels.map(Number) : [];
  const known = ids.filter(id => world.labels.some(one => one.id === id));
  pull.labels = [...new Set([...pull.labels, ...known])];
  return ok(world.labels.filter(({ id }) => pull.labels.includes(id)).map(({ id, name }) => ({ id, name })));
}

/** `DeleteIssueLabel` of `routers/api/v1/repo/issue_label.go`: 422 for one that the repository does not know. */
function takeLabel({ world, parts }: Call, pull: Pull): Answer {
  const id = Number(parts[1]);
  if (!world.labels.some(one => one.id === id)) return refusal(422, 'label does not exist');
  pull.labels = pull.labels.filter(one => one !== id);
  return { status: 204 };
}

function comment({ body }: Call, pull: Pull): Answer {
  pull.comments.push(String(body.body));
  return ok({ id: pull.comments.length, body: body.body }, 201);
}

/**
 * `ListIssueCommentsAndTimeline` of `routers/api/v1/repo/issue_comment.go`: whole without a page; of a page the number
 * of its own comments, without those on lines of code. An empty list is `null`.
 */
function timeline({ world, query }: Call, pull: Pull): Answer {
  const size = Math.min(world.settings.page, Number(query.get('limit') || 30));
  const at = Number(query.get('page') ?? 0) - 1;
  const listed = at < 0 ? pull.events : pull.events.slice(at * size, (at + 1) * size);
  const shown = listed
    .filter(({ type }) => type !== 'code')
    .map(({ user, ...event }, id) => ({ id, ...event, user: account(user) }));
  return {
    status: 200,
    headers: { 'x-total-count': String(shown.length) },
    body: shown.length === 0 ? null : shown,
  };
}
