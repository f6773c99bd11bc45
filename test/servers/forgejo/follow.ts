import { headsOf } from '../gitlab/heads.ts';
import { historyOf, logOf } from './history.ts';
import { branchHead, type Pull, ruleFor, type User, userNamed, type World } from './world.ts';

interface Seen {
  heads: ReadonlyMap<string, string>;
  pusher: User | undefined;
}

const seen = new WeakMap<World, Seen>();

/** Notes who pushes next. */
export function notePusher(world: World, pusher: User): void {
  seenOf(world).pusher = pusher;
}

/** Notes what was pushed since the last look: in the activity, and in the timelines of open pull requests. */
export function follow(world: World): void {
  const last = seenOf(world);
  const heads = headsOf(world.bare);
  const by = last.pusher ?? userNamed(world, 'alice');
  for (const branch of new Set([...heads.keys(), ...last.heads.keys()])) {
    const commit = heads.get(branch);
    if (last.heads.get(branch) !== commit) world.activity.unshift({ by, branch, commit, at: world.now() });
  }
  seen.set(world, { heads, pusher: undefined });
  if (!world.settings.follows) return;
  for (const pull of world.pulls.filter(({ state }) => state === 'open')) {
    const head = branchHead(world, pull.branch);
    // `CloseBranchPulls` of `services/pull/pull.go`: in the name of who deleted it.
    if (head === undefined) close(world, pull, by);
    else if (head !== pull.head && !pull.fork) push(world, pull, head, by);
  }
}

/** Closes a pull request unmerged. */
export function close(world: World, pull: Pull, user: User): void {
  const created_at = world.now();
  Object.assign(pull, { state: 'closed', closedAt: created_at });
  pull.events.push({ type: 'close', user, body: '', created_at });
}

/** `CreatePushPullComment` of `services/pull/comment.go`: of a forced push the commits before and after. */
function push(world: World, pull: Pull, head: string, user: User): void {
  const isForced = !historyOf(world.bare, head).has(pull.head);
  const base = branchHead(world, pull.base) ?? '';
  const listed = logOf(world.bare, head, pull.head).filter(({ id }) => !historyOf(world.bare, base).has(id));
  const commit_ids = isForced ? [pull.head, head] : listed.map(({ id }) => id).toReversed();
  const body = JSON.stringify({ is_force_push: isForced, commit_ids });
  pull.events.push({ type: 'pull_push', user, body, created_at: world.now() });
  pull.head = head;
  if (ruleFor(world, pull.base)?.dismiss_stale_approvals)
    for (const review of pull.reviews) if (review.state === 'APPROVED') review.dismissed = true;
}

function seenOf(world: World): Seen {
  const known = seen.get(world) ?? { heads: new Map(), pusher: undefined };
  seen.set(world, known);
  return known;
}
