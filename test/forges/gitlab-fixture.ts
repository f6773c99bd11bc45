import { expect, onTestFinished } from 'vitest';
import type { PullRequestContent } from '../../src/forges/forge.ts';
import { type GitLabForge, type GitLabOptions, openGitLabRepository } from '../../src/forges/gitlab/open.ts';
import { createHttp } from '../../src/http/http.ts';
import { GIT } from '../git/fixture.ts';
import { readCommit } from '../servers/gitlab/objects.ts';
import { branchHead, gitText } from '../servers/gitlab/world.ts';
import { writeCommit, writeObject, writeTree } from '../servers/gitlab/write-objects.ts';
import { type GitLabServer, PROJECT, startGitLab, tokenOf } from '../servers/gitlab.ts';
import type { ForgePlace } from './forge-place.ts';
import type { Special } from './github-fixture.ts';

/** A GitLab that ends with the test, which fails where a request was none that GitLab describes. */
export async function useGitLab(): Promise<GitLabServer> {
  const server = await startGitLab();
  onTestFinished(async () => {
    await server.close();
    expect(server.violations).toEqual([]);
  });
  return server;
}

/** Opens the project as the bot `promote`. */
export function openForge(server: GitLabServer, options: Partial<GitLabOptions> = {}): GitLabForge {
  const { tokenKind = 'private' } = options;
  const http = createHttp({ retry: { sleep: async () => {} } });
  const forge = openGitLabRepository({
    url: server.url,
    project: PROJECT,
    token: tokenOf('promote', tokenKind),
    tokenKind,
    http,
    git: {
      executable: GIT,
      author: { name: 'Promote', email: 'promote@example.com' },
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    },
    ...options,
  });
  onTestFinished(async () => {
    await forge.close();
    await http.close();
  });
  return forge;
}

/** Where and how files are pushed; `on`: the branch a new one starts at. */
export interface Push {
  readonly branch?: string;
  readonly message?: string;
  readonly on?: string;
}

/** Commits files on a branch as somebody else and answers with the commit; the branch is made where it is absent. */
export function pushFiles(
  { world }: { readonly world: { readonly bare: string } },
  files: Readonly<Record<string, string | Special>>,
  { branch = 'main', message = 'work', on = branch }: Push = {},
): string {
  const { bare } = world;
  const parent = branchHead(world, on);
  const edits = Object.entries(files).map(([path, file]) => {
    const { mode, content } = typeof file === 'string' ? { mode: '100644', content: file } : file;
    const blob = { kind: 'blob', body: Buffer.from(content) };
    return [path, { mode, id: mode === '160000' ? content : writeObject(bare, blob) }] as const;
  });
  const before = parent && readCommit(bare, parent)?.tree;
  const tree = writeTree(bare, before, new Map(edits));
  return writeCommit(bare, branch, { tree, parent, message: `${message}\n` });
}

/** The project on GitLab for the forges' common suite. */
export function gitlabPlace(options: Partial<GitLabOptions> = {}): ForgePlace {
  return async files => {
    const server = await useGitLab();
    const { world } = server;
    pushFiles(server, { 'README.md': '# gitops\n' });
    const head = pushFiles(server, files);
    const again = async () => openForge(server, options).repository;
    return {
      repository: await again(),
      head,
      push: async more => pushFiles(server, more),
      again,
      mode: async (commit, path) => (gitText(world, 'ls-tree', commit, path) ?? '').slice(0, 6),
      message: async commit => gitText(world, 'log', '-1', '--format=%B', commit) ?? '',
    };
  };
}

/** What a pull request says, unless a test says otherwise. */
export const CONTENT: PullRequestContent = {
  title: 'Promote api to qa',
  body: 'api 1.2.3\n',
  labels: ['promotion'],
  reviewers: ['alice'],
  assignees: [],
  draft: false,
};

/** A branch of ours with a change on top of `main`, and the merge request for it. */
export async function propose(server: GitLabServer, forge: GitLabForge, content = CONTENT) {
  const base = pushFiles(server, { 'qa/values.yaml': 'image: a\n' });
  const head = pushFiles(
    server,
    { 'qa/values.yaml': 'image: b\n' },
    { branch: 'promote/qa/api', on: 'main' },
  );
  const pullRequest = await forge.pullRequests.open('promote/qa/api', 'main', content);
  return { base, head, pullRequest };
}

/** The merge request as the server keeps it. */
export function kept({ world }: GitLabServer, iid: number) {
  const one = world.mergeRequests.find(candidate => candidate.iid === iid);
  if (one === undefined) throw new Error(`no merge request ${iid}`);
  return one;
}
