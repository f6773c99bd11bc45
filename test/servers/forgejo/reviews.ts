import { account } from './pull-state.ts';
import { withOne } from './pulls.ts';
import { type Answer, type Call, notFound, ok, page, type Route, refusal, strings } from './request.ts';
import { branchHead, isWriter, type Pull, type Review, ruleFor, type User, type World } from './world.ts';

const PULL = '/repos/{owner}/{repo}/pulls/{index}';

/** Reviews, and requests for them. */
export const REVIEW_ROUTES: readonly Route[] = [
  { method: 'GET', template: `${PULL}/reviews`, handle: withOne(list) },
  { method: 'POST', template: `${PULL}/reviews`, handle: withOne(submit), isForReaders: true },
  { method: 'POST', template: `${PULL}/reviews/{id}/dismissals`, handle: withOne(dismiss) },
  { method: 'POST', template: `${PULL}/requested_reviewers`, handle: withOne(request) },
];

function list(call: Call, pull: Pull): Answer {
  return page(
    call,
    pull.reviews.map(review => shown(call.world, pull, review)),
    false,
  );
}

/** `stale`: the changes of the commit and of the head differ; without looking closer, the commits do. */
function shown(world: World, pull: Pull, { id, user, state, commit, official, dismissed, at }: Review) {
  return {
    id,
    user: account(user),
    state,
    body: '',
    commit_id: commit,
    official,
    dismissed,
    stale: state === 'APPROVED' && commit !== (branchHead(world, pull.branch) ?? pull.head),
    submitted_at: at,
    html_url: `${world.web}/pulls/${pull.number}#issuecomment-${id}`,
  };
}

/** `SubmitReview` of `models/issues/review.go`: of each person the newest alone is official. */
function submit({ world, user, body }: Call, pull: Pull): Answer {
  const state = STATES.get(String(body.event));
  if (state === undefined) return refusal(422, 'unknown review event');
  if (state !== 'COMMENT' && pull.author.id === user.id) {
    const what = state === 'APPROVED' ? 'approve' : 'reject';
    return refusal(422, `${what} your own pull is not allowed`);
  }
  const commit = String(body.commit_id ?? branchHead(world, pull.branch) ?? pull.head);
  const official = state !== 'COMMENT' && isOfficial(world, pull, user);
  if (state !== 'COMMENT') withdraw(pull, user);
  const made = add(world, pull, { user, state, commit, official });
  return ok(shown(world, pull, made));
}

const STATES: ReadonlyMap<string, Review['state']> = new Map([
  ['APPROVED', 'APPROVED'],
  ['REQUEST_CHANGES', 'REQUEST_CHANGES'],
  ['COMMENT', 'COMMENT'],
]);

function dismiss({ world, parts: [, id] }: Call, pull: Pull): Answer {
  const found = pull.reviews.find(review => review.id === Number(id));
  if (found === undefined) return notFound();
  found.dismissed = true;
  return ok(shown(world, pull, found));
}

/** `apiReviewRequest` of `routers/api/v1/repo/pull_review.go`: all or none. */
function request({ world, body }: Call, pull: Pull): Answer {
  const people: User[] = [];
  for (const name of strings(body.reviewers)) {
    const user = world.users.find(({ login }) => login === name);
    if (user === undefined) return { status: 404, body: { message: `User '${name}' not exist` } };
    const reason =
      user.id === pull.author.id
        ? "poster of pr can't be reviewer"
        : user.permission === 'none'
          ? "Reviewer can't read"
          : undefined;
    if (reason !== undefined) return refusal(422, `${reason} [user_id: ${user.id}, repo_id: 7]`);
    people.push(user);
  }
  const teams = strings(body.team_reviewers);
  const unknown = teams.find(name => !world.teams.has(name));
  if (unknown !== undefined) return { status: 404, body: { message: `Team '${unknown}' not exist` } };
  const made = people.flatMap(user => {
    const isAsked = pull.reviews.findLast(review => review.user.id === user.id)?.state === 'REQUEST_REVIEW';
    if (isAsked) return [];
    // `AddReviewRequest`: what a person said before counts no more.
    const official = isOfficial(world, pull, user);
    if (official) withdraw(pull, user);
    return [add(world, pull, { user, state: 'REQUEST_REVIEW', commit: '', official })];
  });
  pull.teams = [...new Set([...pull.teams, ...teams])];
  return ok(
    made.map(review => shown(world, pull, review)),
    201,
  );
}

/** `IsOfficialReviewer`: by the branch's list of approvers, else whoever may write. */
function isOfficial(world: World, pull: Pull, user: User): boolean {
  const rule = ruleFor(world, pull.base);
  return rule?.enable_approvals_whitelist
    ? rule.approvals_whitelist_username.includes(user.login)
    : isWriter(user);
}

function withdraw({ reviews }: Pull, user: User): void {
  for (const review of reviews) if (review.user.id === user.id) review.official = false;
}

type Made = Pick<Review, 'user' | 'state' | 'commit' | 'official'>;

function add(world: World, pull: Pull, made: Made): Review {
  // A request ends with the review that it asked for.
  const asked = pull.reviews.findIndex(
    ({ user, state }) => state === 'REQUEST_REVIEW' && user.id === made.user.id && made.state !== 'COMMENT',
  );
  if (asked >= 0) pull.reviews.splice(asked, 1);
  const id = Math.max(0, ...pull.reviews.map(review => review.id)) + 1;
  const review = { ...made, id, dismissed: false, at: world.now() };
  pull.reviews.push(review);
  return review;
}
