import { type Answer, type Call, listIn, ok, page, type Route, refusal } from './request.ts';
import { branchHead, git, gitText, type World } from './world.ts';

/** Branches, trees, blobs, commits: read from the bare repository as GitLab reads them from Gitaly. */
export const REPOSITORY: readonly Route[] = [
  { method: 'GET', template: 'projects/{id}', handle: project },
  { method: 'GET', template: 'projects/{id}/repository/branches/{branch}', handle: branch },
  { method: 'GET', template: 'projects/{id}/repository/tree', handle: tree },
  { method: 'GET', template: 'projects/{id}/repository/blobs/{sha}/raw', handle: blob },
  { method: 'GET', template: 'projects/{id}/repository/archive', handle: archive },
  { method: 'GET', template: 'projects/{id}/repository/commits', handle: commits, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}', handle: commit, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/commits/{sha}/diff', handle: diff, isForJobs: true },
  { method: 'GET', template: 'projects/{id}/repository/compare', handle: compare },
  { method: 'GET', template: 'projects/{id}/repository/merge_base', handle: mergeBase },
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
    squash_option: settings.squashOption,
    ...(settings.tier === 'premium' && { merge_trains_enabled: settings.mergeTrains }),
  });
}

function branch({ world, user, parts: [, name = ''] }: Call): Answer {
  const head = branchHead(world, name);
  if (head === undefined) return refusal(404, '404 Branch Not Found');
  const isProtected = name === 'main' && world.settings.protectedLevel > 30;
  const canPush = user.access_level >= (isProtected ? world.settings.protectedLevel : 30);
  return ok({ name, commit: { id: head }, protected: isProtected, can_push: canPush });
}

function tree(call: Call): Answer {
  const { world, query } = call;
  const path = query.get('path') ?? '';
  const below = query.get('recursive') === 'true' ? ['-r', '-t'] : [];
  const listed = git(world, ['ls-tree', '-z', ...below, `${query.get('ref') ?? 'main'}:${path}`]);
  if (listed === undefined) return refusal(404, '404 Tree Not Found');
  const entries = listed.toString().split('\0').slice(0, -1);
  return page(
    call,
    entries.map(entry => {
      const [mode, type, id] = entry.slice(0, entry.indexOf('\t')).split(' ');
      const name = entry.slice(entry.indexOf('\t') + 1);
      return { id, mode, type, name, path: path === '' ? name : `${path}/${name}` };
    }),
  );
}

function blob({ world, parts: [, sha = ''] }: Call): Answer {
  const bytes = git(world, ['cat-file', 'blob', sha]);
  return bytes === undefined ? refusal(404, '404 Blob Not Found') : ok(bytes);
}

function archive({ world, query }: Call): Answer {
  const sha = query.get('sha') ?? 'main';
  const bytes = git(world, ['archive', '--format=tar.gz', `--prefix=gitops-${sha}/`, sha]);
  return bytes === undefined ? refusal(404, '404 File Not Found') : ok(bytes);
}

function commits(call: Call): Answer {
  const { world, query } = call;
  const options = query.get('first_parent') === 'true' ? ['--first-parent'] : [];
  const listed = log(world, ...options, query.get('ref_name') ?? 'main');
  return listed === undefined ? refusal(404, '404 Not Found') : page(call, listed);
}

function commit({ world, parts: [, sha = ''] }: Call): Answer {
  const [found] = log(world, '-1', sha) ?? [];
  return found === undefined ? refusal(404, '404 Commit Not Found') : ok(found);
}

function diff(call: Call): Answer {
  const { world, parts } = call;
  const sha = parts[1] ?? '';
  const parent = gitText(world, 'rev-parse', '--verify', '--quiet', `${sha}^`);
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

function log(world: World, ...args: readonly string[]) {
  const format = '--format=%H%x00%P%x00%an%x00%ae%x00%cI%x00%B%x01';
  const printed = gitText(world, 'log', format, ...args, '--');
  return printed
    ?.split('\x01')
    .slice(0, -1)
    .map(text => {
      const [id, parents, author_name, author_email, committed_date, message = ''] = text
        .trimStart()
        .split('\0');
      const parent_ids = parents?.split(' ').filter(name => name !== '');
      const title = message.split('\n', 1)[0];
      return { id, parent_ids, author_name, author_email, committed_date, message, title };
    });
}
