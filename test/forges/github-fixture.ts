import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type GitHubForge, type GitHubOptions, openGitHubRepository } from '../../src/forges/github/open.ts';
import { createHttp } from '../../src/http/http.ts';
import { git } from '../git/fixture.ts';
import { fields } from '../servers/github/request.ts';
import { BOT, type GitHubServer, startGitHub, tokenOf } from '../servers/github.ts';
import { listTree, readCommit, readObject } from '../servers/gitlab/objects.ts';

/** A GitHub that ends with the test, which fails where a request was none that GitHub describes. */
export async function useGitHub(): Promise<GitHubServer> {
  const server = await startGitHub();
  onTestFinished(async () => {
    await server.close();
    expect(server.violations).toEqual([]);
  });
  return server;
}

/** Opens `acme/gitops` as the bot. */
export function openForge(server: GitHubServer, options: Partial<GitHubOptions> = {}): GitHubForge {
  const http = createHttp();
  onTestFinished(() => http.close());
  return openGitHubRepository({
    owner: 'acme',
    repo: 'gitops',
    apiUrl: server.url,
    auth: { kind: 'token', token: tokenOf(BOT) },
    rateLimits: 'none',
    http,
    ...options,
  });
}

/** What lies at a path besides a text: an executable file, a link or a submodule. */
export type Special = { readonly mode: '100755' | '120000' | '160000'; readonly content: string };

/** Where and how files are pushed; `on`: the branch a new one starts at. */
export interface Push {
  readonly branch?: string;
  readonly message?: string;
  readonly on?: string;
  readonly login?: string;
}

/** Commits files on a branch as a person and answers with the commit; the branch is made where it is absent. */
export async function pushFiles(
  server: GitHubServer,
  files: Readonly<Record<string, string | Special>>,
  { branch = 'main', message = 'work', on, login = 'alice' }: Push = {},
): Promise<string> {
  const ask = async (method: string, path: string, body?: object) =>
    fields((await server.as(login, method, path, body)).body);
  const { sha: parent } = fields(
    (await ask('GET', `git/ref/${encodeURIComponent(`heads/${on ?? branch}`)}`)).object,
  );
  const { tree: base } = await ask('GET', `git/commits/${parent}`);
  const tree = Object.entries(files).map(([path, file]) => {
    if (typeof file === 'string') return { path, mode: '100644', type: 'blob', content: file };
    if (file.mode === '160000') return { path, mode: file.mode, type: 'commit', sha: file.content };
    return { path, mode: file.mode, type: 'blob', content: file.content };
  });
  const { sha: made } = await ask('POST', 'git/trees', { base_tree: fields(base).sha, tree });
  const { sha } = await ask('POST', 'git/commits', { message, tree: made, parents: [parent] });
  if (on === undefined) await ask('PATCH', `git/refs/${encodeURIComponent(`heads/${branch}`)}`, { sha });
  else await ask('POST', 'git/refs', { ref: `refs/heads/${branch}`, sha });
  return String(sha);
}

/** Makes `main` what HEAD of a working copy is, commit by commit, with all parents; answers with its name there. */
export async function mirrorOnGitHub(server: GitHubServer, directory: string): Promise<string> {
  const ask = async (method: string, path: string, body: object) =>
    String(fields((await server.as('alice', method, path, body)).body).sha);
  const known = new Map<string, string>();
  const stored = join(directory, '.git');
  const listed = await git(directory, 'rev-list', '--reverse', '--topo-order', 'HEAD');
  for (const commit of listed.split('\n')) {
    const { parents = [], message = '' } = readCommit(stored, commit) ?? {};
    const files = (listTree(stored, commit, '', true) ?? []).filter(({ type }) => type === 'blob');
    const entries = files.map(({ path, id }) => {
      const content = readObject(stored, id)?.body.toString() ?? '';
      return { path, mode: '100644', type: 'blob', content };
    });
    const tree = await ask('POST', 'git/trees', { tree: entries });
    const made = { message: message.trimEnd(), tree, parents: parents.map(parent => known.get(parent)) };
    known.set(commit, await ask('POST', 'git/commits', made));
  }
  const sha = [...known.values()].at(-1) ?? '';
  await server.as('alice', 'PATCH', 'git/refs/heads%2Fmain', { sha, force: true });
  return sha;
}
