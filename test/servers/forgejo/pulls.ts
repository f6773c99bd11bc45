import { close } from './follow.ts';
import { mergePull } from './merge.ts';
import { account, isDraft, isMergeable } from './pull-state.ts';
import { shownRepository } from './repository.ts';
import { type Answer, type Call, notFound, ok, page, type Route, refusal, strings } from './request.ts';
import { branchHead, type Pull, type World } from './world.ts';

const PULLS = '/repos/{owner}/{repo}/pulls';

/** Pull requests, without reviews. */
export const PULL_ROUTES: readonly Route[] = [
  { method: 'GET', template: PULLS, handle: list },
  { method: 'POST', template: PULLS, handle: open },
  {
    method: 'GET',
    template: `${PULLS}/{index}`,
    handle: withOne((call, pull) => ok(shown(call.world, pull))),
  },
  { method: 'PATCH', template: `${PULLS}/{index}`, handle: withOne(update) },
  { method: 'POST', template: `${PULLS}/{index}/merge`, handle: withOne(mergePull), isForReaders: true },
  { method: 'GET', template: '/repos/{owner}/{repo}/commits/{sha}/pull', handle: mergedBy },
  { method: 'GET', template: `${PULLS}/{base}/{head}`, handle: between, isOpen: true },
];

/** A handler of one pull request's requests. */
export function withOne(handle: (call: Call, pull: Pull) => Answer): (call: Call) => Answer {
  return call => {
    const pull = call.world.pulls.find(({ number }) => number === Number(call.parts[0]));
    return pull === undefined ? notFound() : handle(call, pull);
  };
}

/** It knows no filter by branch. */
function list(call: Call): Answer {
  const { world, query } = call;
  const state = query.get('state') ?? 'open';
  const found = world.pulls.filter(pull => state === 'all' || pull.state === state);
  return page(
    call,
    found.toSorted((a, b) => b.number - a.number).map(pull => shown(world, pull)),
  );
}

/** `GetPullRequestByBaseHeadInfo` of `models/issues/pull.go` orders nothing: whichever comes first, as the oldest here. */
function between({ world, parts: [base, head] }: Call): Answer {
  const found = world.pulls.find(pull => pull.base === base && pull.branch === head && !pull.fork);
  return found === undefined ? notFound() : ok(shown(world, found));
}

/** `GetPullRequestByMergedCommit` of `models/issues/pull.go`: by the whole name of the commit that the merge ended with. */
function mergedBy({ world, parts: [sha] }: Call): Answer {
  const found = world.pulls.find(({ mergeCommit }) => mergeCommit !== undefined && mergeCommit === sha);
  return found === undefined ? notFound() : ok(shown(world, found));
}

function open(call: Call): Answer {
  const { world, user, body } = call;
  const [branch, base] = [String(body.head), String(body.base)];
  const commit = branchHead(world, branch);
  if (commit === undefined || branchHead(world, base) === undefined) return notFound();
  if (branch === base)
    return refusal(422, 'Invalid PullRequest: There are no changes between the head and the base');
  const same = world.pulls.find(
    one => one.state === 'open' && one.branch === branch && one.base === base && !one.fork,
  );
  if (same !== undefined) {
    return refusal(
      409,
      `pull request already exists for these targets [id: ${same.number}, head_branch: ${branch}]`,
    );
  }
  const made: Pull = {
    number: world.pulls.length + 1,
    title: '',
    body: '',
    state: 'open',
    author: user,
    branch,
    base,
    labels: [],
    assignees: [],
    teams: [],
    head: commit,
    reviews: [],
    events: [],
    comments: [],
    createdAt: world.now(),
  };
  const wrong = write(call, made);
  if (wrong !== undefined) return wrong;
  world.pulls.push(made);
  return ok(shown(world, made), 201);
}

function update(call: Call, pull: Pull): Answer {
  const { world, user, body } = call;
  if (body.state === 'closed' && pull.mergedAt)
    return refusal(412, 'cannot change state of this pull request, it was already merged');
  const wrong = write(call, pull);
  if (wrong !== undefined) return wrong;
  if (body.state === 'closed' && pull.state === 'open') close(world, pull, user);
  return ok(shown(world, pull), 201);
}

function write({ world, body }: Call, pull: Pull): Answer | undefined {
  const names = strings(body.assignees);
  const people = names.flatMap(name => world.users.find(({ login }) => login === name) ?? []);
  const unknown = names.find(name => !people.some(({ login }) => login === name));
  if (unknown !== undefined) return refusal(422, `Assignee does not exist: [name: ${unknown}]`);
  const title = typeof body.title === 'string' && body.title !== '' ? body.title : pull.title;
  // `issue.name` is a VARCHAR(255).
  if (title.length > 255) return refusal(500, '');
  pull.title = title;
  if (typeof body.body === 'string') pull.body = body.body;
  if (Array.isArray(body.labels)) pull.labels = body.labels.map(Number);
  if (body.assignees !== undefined) pull.assignees = people;
  return undefined;
}

/**
 * `ToAPIPullRequest` of `services/convert/pull.go`; the branch that is gone is shown as `refs/pull/N/head`, and so is
 * one that never was, of AGit, which has the base's repository and no label.
 */
function shown(world: World, pull: Pull) {
  const head = pull.fork || pull.isAgit ? undefined : branchHead(world, pull.branch);
  const isGone = head === undefined && !pull.fork;
  const repository = shownRepository(world);
  const asked = pull.reviews.filter(({ state }) => state === 'REQUEST_REVIEW').map(({ user }) => user);
  return {
    id: pull.number + 100,
    number: pull.number,
    html_url: `${world.web}/pulls/${pull.number}`,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: isDraft(pull),
    merged: pull.mergedAt !== undefined,
    mergeable: pull.state === 'open' && isMergeable(world, pull) && !isDraft(pull),
    user: account(pull.author),
    labels: pull.labels
      .flatMap(id => world.labels.filter(label => label.id === id))
      .map(({ id, name }) => ({ id, name })),
    assignees: pull.assignees.length === 0 ? null : pull.assignees.map(account),
    requested_reviewers: asked.length === 0 ? null : asked.map(account),
    requested_reviewers_teams:
      pull.teams.length === 0 ? null : pull.teams.map((name, at) => ({ id: at + 1, name })),
    head: {
      label: pull.isAgit ? '' : pull.branch,
      ref: isGone ? `refs/pull/${pull.number}/head` : pull.branch,
      sha: head ?? pull.head,
      repo_id: pull.fork ? 8 : repository.id,
    },
    base: {
      label: pull.base,
      ref: pull.base,
      sha: branchHead(world, pull.base) ?? '',
      repo_id: repository.id,
    },
    created_at: pull.createdAt,
    closed_at: pull.closedAt ?? pull.mergedAt ?? null,
    merged_at: pull.mergedAt ?? null,
    merge_commit_sha: pull.mergeCommit ?? null,
  };
}
