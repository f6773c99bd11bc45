import { headsOf } from './heads.ts';
import { firstParents, type GitCommit, listTree, readCommit, readObject } from './objects.ts';
import { type Answer, type Call, listIn, ok, page, type Route, refusal } from './request.ts';
import { branchHead, git, gitText, type World } from './world.ts';

/** Branches, trees, blobs, commits: read from the bare repository as GitLab reads them from Gitaly. */
export const REPOSITORY: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}', handle: project },
  { method: 'GET', template: 'projects/{id}/repository/branches', handle: branches },
  { method: 'GET', template: 'projects/{id}/repository/branches/{branch}', handle: branch },
  { method: 'GET', template: 'projects/{id}/repository/tree', handle: tree },
  { method: 'GET', template: 'projects/{id}/repository/blobs/{sha}/raw', handle: blob },
  { method: 'GET', template: 'projects/{id}/repository/archive', handle: archive },
  { method: 'GET', template: 'projects/{id}/repository/commits', handle: commits, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}', handle: commit, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}/diff', handle: diff, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/compare', handle: compare },
  { method: 'GET', template: 'projects/{id}/repository/merge_base', handle: mergeBase },
  { method: 'GET', template: 'projects/{id}/releases/{tag_name}', handle: release, isForJobs: true },
];

function project({ world }: Call): Answer {
  const { settings } = world;
  return ok({
    id: world.id,
    path_with_namespace: world.path,
    web_url: world.web,
    default_branch: branchHead(world, 'main') === undefined ? null : 'main',
    only_allow_merge_if_pipeline_succeeds: settings.pipelineMustSucceed,
    allow_merge_on_skipped_pipeline: null,
    only_allow_merge_if_all_discussions_are_resolved: false,
    merge_method: settings.mergeMethod,
    allow_pipeline_trigger_approve_deployment: settings.selfApproval,
    forking_access_level: settings.forks,
    visibility: settings.visibility,
    pages_access_level: settings.site,
    issues_access_level: settings.issues,
    squash_option: settings.squashOption,
    ...(settings.tier === 'premium' && { merge_trains_enabled: settings.mergeTrains }),
  });
}

/** `search: ^term` finds what begins with it, in any case: https://docs.gitlab.com/api/branches/#list-all-repository-branches */
function branches(call: Call): Answer {
  const { world, query } = call;
  const wanted = (query.get('search') ?? '').toLowerCase();
  const isFound = (name: string) =>
    wanted.startsWith('^')
      ? name.toLowerCase().startsWith(wanted.slice(1))
      : name.toLowerCase().includes(wanted);
  const found = [...headsOf(world.bare)].filter(([name]) => isFound(name)).toSorted();
  return page(
    call,
    found.flatMap(([name, head]) => {
      const commit = readCommit(world.bare, head);
      return commit === undefined ? [] : [{ name, commit: shown(commit) }];
    }),
  );
}

function branch({ world, user, parts: [, name = ''] }: Call): Answer {
  const head = branchHead(world, name);
  const commit = head === undefined ? undefined : readCommit(world.bare, head);
  if (commit === undefined) return refusal(404, '404 Branch Not Found');
  const isProtected = name === 'main' && world.settings.protectedLevel > 30;
  const canPush = user.access_level >= (isProtected ? world.settings.protectedLevel : 30);
  // With its commit in full: https://docs.gitlab.com/api/branches/#retrieve-a-single-repository-branch
  return ok({ name, commit: shown(commit), protected: isProtected, can_push: canPush });
}

function tree(call: Call): Answer {
  const { world, query } = call;
  const path = query.get('path') ?? '';
  const ref = query.get('ref') ?? 'main';
  const isRecursive = query.get('recursive') === 'true';
  const listed = listTree(world.bare, branchHead(world, ref) ?? ref, path, isRecursive);
  if (listed === undefined) return refusal(404, '404 Tree Not Found');
  return page(
    call,
    listed.map(entry => ({ ...entry, name: entry.path.slice(entry.path.lastIndexOf('/') + 1) })),
  );
}

function blob({ world, parts: [, sha = ''] }: Call): Answer {
  const object = readObject(world.bare, sha);
  return object?.kind === 'blob' ? ok(object.body) : refusal(404, '404 Blob Not Found');
}

function archive({ world, query }: Call): Answer {
  const sha = query.get('sha') ?? 'main';
  const bytes = git(world, ['archive', '--format=tar.gz', `--prefix=gitops-${sha}/`, sha]);
  return bytes === undefined ? refusal(404, '404 File Not Found') : ok(bytes);
}

function commits(call: Call): Answer {
  const { world, query } = call;
  const ref = query.get('ref_name') ?? 'main';
  const listed =
    query.get('first_parent') === 'true'
      ? firstParents(world.bare, branchHead(world, ref) ?? ref)
          .filter(commit => touches(world, commit, query.get('path') ?? ''))
          .map(shown)
      : log(world, ref);
  const isUnknown = listed === undefined || (listed.length === 0 && !query.has('path'));
  return isUnknown ? refusal(404, '404 Not Found') : page(call, listed);
}

/** Whether a commit is among those of a path, as `git log --first-parent -- <path>` lists them. */
function touches({ bare }: World, { id, parents: [parent] }: GitCommit, path: string): boolean {
  if (path === '') return true;
  const at = path.lastIndexOf('/');
  const objectAt = (commit: string) =>
    listTree(bare, commit, path.slice(0, Math.max(0, at)), false)?.find(entry => entry.path === path)?.id;
  return objectAt(id) !== (parent === undefined ? undefined : objectAt(parent));
}

function commit({ world, parts: [, sha = ''] }: Call): Answer {
  const found = readCommit(world.bare, branchHead(world, sha) ?? sha);
  return found === undefined ? refusal(404, '404 Commit Not Found') : ok(shown(found));
}

function diff(call: Call): Answer {
  const { world, parts } = call;
  const sha = parts[1] ?? '';
  const [parent] = readCommit(world.bare, sha)?.parents ?? [];
  const range = parent === undefined ? ['--root', sha] : [parent, sha];
  const raw = gitText(world, 'diff-tree', '-r', '-M', '-z', '--no-commit-id', '--name-status', ...range);
  if (raw === undefined) return refusal(404, '404 Commit Not Found');
  const words = raw.split('\0').filter(word => word !== '');
  const changed: { old_path: string; new_path: string }[] = [];
  while (words.length > 0) {
    const status = words.shift() ?? '';
    const before = words.shift() ?? '';
    changed.push({ old_path: before, new_path: status.startsWith('R') ? (words.shift() ?? '') : before });
  }
  return page(call, changed);
}

function compare({ world, query }: Call): Answer {
  const found = log(world, '--reverse', `${query.get('from')}..${query.get('to')}`);
  if (found === undefined) return refusal(404, '404 Not Found');
  const web_url = `${world.web}/-/compare/${query.get('from')}...${query.get('to')}`;
  return ok({ commits: found, diffs: [], web_url });
}

function mergeBase({ world, query }: Call): Answer {
  const id = gitText(world, 'merge-base', ...listIn(query, 'refs'));
  return id === undefined ? refusal(404, '404 Merge Base Not Found') : ok({ id });
}

/** https://docs.gitlab.com/api/releases/#get-a-release-by-a-tag-name */
function release({ world, parts: [, tag = ''] }: Call): Answer {
  const description = world.releases.get(tag);
  if (description === undefined) return refusal(404, '404 Not Found');
  const self = `${world.web}/-/releases/${tag}`;
  return ok({ tag_name: tag, name: tag, description, _links: { self } });
}

function log(world: World, ...args: readonly string[]) {
  const printed = gitText(world, 'log', '--format=%H', ...args, '--');
  return printed
    ?.split('\n')
    .flatMap(id => readCommit(world.bare, id) ?? [])
    .map(shown);
}

function shown({ id, parents, author, email, date, message }: GitCommit) {
  return {
    id,
    parent_ids: parents,
    author_name: author,
    author_email: email,
    committed_date: date,
    message,
    title: message.split('\n', 1)[0],
  };
}
