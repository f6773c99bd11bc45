import { entriesOf, type GitCommit, listTree, readCommit, readObject } from '../gitlab/objects.ts';
import { changedFiles, logOf } from './history.ts';
import { type Answer, type Call, notFound, ok, type Route, refusal } from './request.ts';
import { branchHead, git, mayMerge, mayPush, ruleFor, type World } from './world.ts';

const REPO = '/repos/{owner}/{repo}';

/** The repository, branches, trees, blobs, commits: read from the bare repository, as `modules/git` reads them. */
export const REPOSITORY_ROUTES: readonly Route[] = [
  { method: 'GET', template: REPO, handle: ({ world }) => ok(shownRepository(world)) },
  { method: 'GET', template: `${REPO}/branches/{branch}`, handle: branch, isOpen: true },
  { method: 'GET', template: `${REPO}/git/trees/{sha}`, handle: tree },
  { method: 'GET', template: `${REPO}/git/blobs/{sha}`, handle: blob },
  { method: 'GET', template: `${REPO}/git/commits/{sha}`, handle: commit },
  { method: 'GET', template: `${REPO}/commits`, handle: commits },
  { method: 'GET', template: `${REPO}/releases/tags/{tag}`, handle: release },
  { method: 'GET', template: `${REPO}/archive/{archive}`, handle: archive, isOpen: true },
];

export function shownRepository({ owner, repo, web, settings }: World) {
  return {
    id: 7,
    name: repo,
    full_name: `${owner}/${repo}`,
    html_url: web,
    private: settings.isPrivate,
    internal: false,
    default_branch: 'main',
    allow_merge_commits: settings.styles.includes('merge'),
    allow_rebase: settings.styles.includes('rebase'),
    allow_rebase_explicit: settings.styles.includes('rebase-merge'),
    allow_squash_merge: settings.styles.includes('squash'),
    allow_fast_forward_only_merge: settings.styles.includes('fast-forward-only'),
    default_merge_style: 'merge',
  };
}

/** `GetReleaseByTag` of `routers/api/v1/repo/release_tags.go`. */
function release({ world, parts: [tag = ''] }: Call): Answer {
  const body = world.releases.get(tag);
  if (body === undefined) return notFound();
  return ok({ id: 1, tag_name: tag, name: tag, body, html_url: `${world.web}/releases/tag/${tag}` });
}

/** `ToBranch` of `services/convert/convert.go`: the rule's name for administrators alone. */
function branch({ world, user, parts: [name = ''] }: Call): Answer {
  const head = branchHead(world, name);
  if (head === undefined) return notFound();
  const rule = ruleFor(world, name);
  return ok({
    name,
    commit: { id: head },
    protected: rule !== undefined,
    required_approvals: rule?.required_approvals ?? 0,
    enable_status_check: rule?.enable_status_check ?? false,
    status_check_contexts: rule?.status_check_contexts ?? [],
    user_can_push: mayPush(world, user, name),
    user_can_merge: mayMerge(world, user, name),
    effective_branch_protection_name: user.permission === 'admin' ? (rule?.rule_name ?? '') : '',
  });
}

/** `GetTreeBySHA` of `services/repository/files/tree.go`, with its word for what is not there. */
function tree({ world, query, parts: [sha = ''] }: Call): Answer {
  const size = Math.min(world.settings.treesPage, Number(query.get('per_page') || Number.POSITIVE_INFINITY));
  const at = Math.max(1, Number(query.get('page') ?? 1)) - 1;
  const isRecursive = query.get('recursive') === 'true';
  const isCommit = readObject(world.bare, sha)?.kind === 'commit';
  const listed = isCommit ? listTree(world.bare, sha, '', isRecursive) : directory(world, sha);
  if (listed === undefined) return refusal(400, `sha not found: ${sha}`);
  const entries = listed.slice(at * size, (at + 1) * size).map(({ mode, type, id, path }) => ({
    path,
    mode,
    type,
    sha: id,
    size: type === 'blob' ? readObject(world.bare, id)?.body.length : 0,
  }));
  return ok({
    sha,
    tree: entries,
    truncated: listed.length > size,
    page: at + 1,
    total_count: listed.length,
  });
}

/** The entries of a directory by its own name. */
function directory({ bare }: World, id: string) {
  if (readObject(bare, id)?.kind !== 'tree') return undefined;
  return entriesOf(bare, id);
}

/** `GetBlobBySHA` of `services/repository/files/content.go`: no content above `DEFAULT_MAX_BLOB_SIZE`. */
function blob({ world, parts: [sha = ''] }: Call): Answer {
  const object = readObject(world.bare, sha);
  if (object?.kind !== 'blob') return refusal(400, `object does not exist [id: ${sha}, rel_path: ]`);
  const size = object.body.length;
  const content = size <= 10 * 1024 * 1024 ? object.body.toString('base64') : '';
  return ok({ sha, size, encoding: 'base64', content });
}

function commit({ world, query, parts: [sha = ''] }: Call): Answer {
  const found = readCommit(world.bare, sha);
  return found === undefined ? notFound() : ok(shown(world, found, query));
}

/** `GetAllCommits` of `routers/api/v1/repo/commits.go`; `not` is a commit as well. */
function commits({ world, query }: Call): Answer {
  const named = (name: string) => branchHead(world, name) ?? (readCommit(world.bare, name) && name);
  const start = named(query.get('sha') ?? 'main');
  if (start === undefined) return notFound();
  const without = query.get('not') ?? '';
  const not = without === '' ? undefined : named(without);
  if (without !== '' && not === undefined) return refusal(500, '');
  const size = Math.min(world.settings.page, 50, Number(query.get('limit') || 30));
  const at = Math.max(1, Number(query.get('page') ?? 1)) - 1;
  const listed = logOf(world.bare, start, not);
  const body = listed.slice(at * size, (at + 1) * size).map(one => shown(world, one, query));
  return { status: 200, headers: { 'x-total-count': String(listed.length) }, body };
}

function archive({ world, parts: [name = ''] }: Call): Answer {
  const sha = name.replace(/\.tar\.gz$/, '');
  const bytes = git(world, ['archive', '--format=tar.gz', `--prefix=${world.repo}/`, sha]);
  return bytes === undefined ? notFound() : ok(bytes);
}

function shown({ bare }: World, found: GitCommit, query: URLSearchParams) {
  const { id, parents, author, email, date, message } = found;
  const signature = { name: author, email, date: date.replace('+00:00', 'Z') };
  const files = query.get('files') !== 'false' && {
    files: changedFiles(bare, found).map(filename => ({ filename, status: 'modified' })),
  };
  return {
    sha: id,
    created: signature.date,
    parents: parents.map(sha => ({ sha })),
    commit: { message, author: signature, committer: signature },
    ...files,
  };
}
