import { headsOf } from './heads.ts';
import { startPipeline } from './pipelines.ts';
import { branchHead, type User, userNamed, type World } from './world.ts';

interface Seen {
  heads: ReadonlyMap<string, string>;
  pusher: User | undefined;
}

const seen = new WeakMap<World, Seen>();

/** Notes who pushes next. */
export function notePusher(world: World, pusher: User): void {
  seenOf(world).pusher = pusher;
}

/** Notes what was pushed since the last look, as an event of its pusher and as versions of open merge requests. */
export function follow(world: World): void {
  const last = seenOf(world);
  const heads = headsOf(world.bare);
  const branches = new Set([...heads.keys(), ...last.heads.keys()]);
  const pushed = [...branches].filter(branch => last.heads.get(branch) !== heads.get(branch));
  const author = last.pusher ?? userNamed(world, 'alice');
  for (const branch of pushed) {
    const [before, commit] = [last.heads.get(branch), heads.get(branch)];
    world.events.unshift({ author, branch, before, commit, at: world.now() });
  }
  if (pushed.length > 0) seen.set(world, { heads, pusher: undefined });
  if (!world.settings.follows) return;
  for (const one of world.mergeRequests.filter(({ state }) => state === 'opened')) {
    const head = branchHead(world, one.source_branch);
    // `MergeRequests::RefreshService#close_upon_missing_source_branch_ref` of GitLab: in the name of who deleted it.
    if (head === undefined) Object.assign(one, { state: 'closed', closedAt: world.now(), closedBy: author });
    if (head === undefined || head === one.versions[0]?.head_commit_sha) continue;
    const id = one.versions.length + 1;
    // A push ends an auto-merge: https://docs.gitlab.com/user/project/merge_requests/auto_merge/
    one.isAutoMerge = false;
    one.versions = [{ id, head_commit_sha: head, created_at: world.now() }, ...one.versions];
    startPipeline(world, one);
  }
}

function seenOf(world: World): Seen {
  const known = seen.get(world) ?? { heads: new Map(), pusher: undefined };
  seen.set(world, known);
  return known;
}
