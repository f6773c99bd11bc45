import { expect, onTestFinished } from 'vitest';
import {
  type ForgejoForge,
  type ForgejoOptions,
  openForgejoRepository,
} from '../../src/forges/forgejo/open.ts';
import { createHttp } from '../../src/http/http.ts';
import { GIT } from '../git/fixture.ts';
import { gitText } from '../servers/bare-git.ts';
import { type ForgejoServer, REPOSITORY, startForgejo, tokenOf } from '../servers/forgejo.ts';
import type { ForgePlace } from './forge-place.ts';
import { CONTENT, pushFiles } from './gitlab-fixture.ts';

export { CONTENT, pushFiles } from './gitlab-fixture.ts';

/** A Forgejo that ends with the test, which fails where a request or an answer was none that Forgejo describes. */
export async function useForgejo(): Promise<ForgejoServer> {
  const server = await startForgejo();
  onTestFinished(async () => {
    await server.close();
    expect(server.violations).toEqual([]);
  });
  return server;
}

/** What a job of Actions logs in with. */
export const JOB = { token: tokenOf('forgejo-actions', 'job'), tokenKind: 'job' } as const;

/** Opens the repository as the bot `promote`. */
export function openForge(server: ForgejoServer, options: Partial<ForgejoOptions> = {}): ForgejoForge {
  const http = createHttp({ retry: { sleep: async () => {} } });
  const [owner = '', repo = ''] = REPOSITORY.split('/');
  const forge = openForgejoRepository({
    url: server.url,
    owner,
    repo,
    token: tokenOf('promote'),
    tokenKind: 'token',
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

/** The repository on Forgejo for the forges' common suite. */
export function forgejoPlace(options: Partial<ForgejoOptions> = {}): ForgePlace {
  return async files => {
    const server = await useForgejo();
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

/** A branch of ours with a change on top of `main`, and the pull request for it. */
export async function propose(server: ForgejoServer, forge: ForgejoForge, content = CONTENT) {
  const base = pushFiles(server, { 'qa/values.yaml': 'image: a\n' });
  const head = pushFiles(
    server,
    { 'qa/values.yaml': 'image: b\n' },
    { branch: 'promote/qa/api', on: 'main' },
  );
  const pullRequest = await forge.pullRequests.open('promote/qa/api', 'main', content);
  return { base, head, pullRequest };
}

/** The pull request as the server keeps it. */
export function kept({ world }: ForgejoServer, number: number) {
  const one = world.pulls.find(candidate => candidate.number === number);
  if (one === undefined) throw new Error(`no pull request ${number}`);
  return one;
}
