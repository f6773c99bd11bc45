import { pushFiles, useGitHub } from '../forges/github-fixture.ts';
import { fields, items } from '../servers/github/request.ts';
import { BOT, type GitHubServer, tokenOf } from '../servers/github.ts';
import type { Env, Files, Pull, Pulls, ReviewPlace } from './review-place.ts';

/** `acme/gitops` on GitHub. */
export interface GitHubPlace extends ReviewPlace {
  readonly server: GitHubServer;
  readonly pulls: Pulls;
}

/** Starts GitHub. */
export async function githubPlace(): Promise<GitHubPlace> {
  const server = await useGitHub();
  const ask = async (path: string) => (await server.as('alice', 'GET', path)).body;
  const pulls = pullsOf(server);
  return {
    server,
    pulls,
    url: `${server.url}/acme/gitops`,
    variables: {
      CI: 'true',
      GITHUB_SERVER_URL: server.url,
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: 'acme/gitops',
      GITHUB_TOKEN: tokenOf(BOT),
      PROMOTE_GITHUB_RATE_LIMITS: 'none',
    },
    push: (files, branch = 'main') => pushFiles(server, files, { branch }),
    pushMeanwhile: files => pushMeanwhile(server, files, 'main', line => !line.startsWith('GET ')),
    file: async (path, branch = 'main') => {
      const { content = '' } = fields(
        await ask(`contents/${encodeURIComponent(path)}?ref=${inPath(branch)}`),
      );
      return Buffer.from(String(content), 'base64').toString();
    },
    head: async branch => {
      const { status, body } = await server.as('alice', 'GET', `git/ref/${inPath(`heads/${branch}`)}`);
      return status === 200 ? String(fields(fields(body).object).sha) : undefined;
    },
    parents: async commit =>
      items(fields(await ask(`git/commits/${commit}`)).parents).map(({ sha }) => String(sha)),
    merge: async branch => {
      const open = (await pulls.list()).find(pull => pull.branch === branch && pull.state === 'open');
      await server.as('alice', 'PUT', `pulls/${open?.number}/merge`, { merge_method: 'squash' });
    },
    calls: () => server.calls(),
  };
}

function pullsOf(server: GitHubServer): Pulls {
  const ask = async (path: string) => (await server.as('alice', 'GET', path)).body;
  return {
    list: async () => items(await ask('pulls?state=all&per_page=100')).map(pullOf),
    approve: async (number, name) => {
      await server.as(name, 'POST', `pulls/${number}/reviews`, { event: 'APPROVE', body: 'good' });
    },
    pushMeanwhile: (files, branch) => pushMeanwhile(server, files, branch, line => line.includes('/reviews')),
    close: async number => {
      await server.as('alice', 'PATCH', `pulls/${number}`, { state: 'closed' });
    },
    status: async commit => String(items(await ask(`commits/${commit}/statuses`))[0]?.state),
    protect: context => server.world.required.push({ context, integration_id: 4711 }),
    mergesLater: true,
    startedBy: name => ({ GITHUB_ACTOR: name, GITHUB_EVENT_NAME: 'workflow_dispatch' }),
    fork: { GITHUB_EVENT_NAME: 'pull_request_target' } satisfies Env,
    reader: 'mallory',
  };
}

function pullOf(shown: ReturnType<typeof fields>): Pull {
  const { ref, sha } = fields(shown.head);
  const ended = shown.merged_at ? 'merged' : 'closed';
  return {
    number: Number(shown.number),
    branch: String(ref),
    state: shown.state === 'open' ? 'open' : ended,
    head: String(sha),
    title: String(shown.title),
    body: String(shown.body),
    labels: items(shown.labels).map(({ name }) => String(name)),
    reviewers: items(shown.requested_reviewers).map(({ login }) => String(login)),
  };
}

/** The commit is there beforehand: moving the branch takes one request, and promote needs several more to write. */
async function pushMeanwhile(
  server: GitHubServer,
  files: Files,
  branch: string,
  isThen: (line: string) => boolean,
): Promise<void> {
  const sha = await pushFiles(server, files, { branch: 'aside', on: branch, login: 'carol' });
  server.faults = line => {
    if (!isThen(line)) return undefined;
    server.faults = () => undefined;
    void server.as('carol', 'PATCH', `git/refs/${inPath(`heads/${branch}`)}`, { sha });
    return undefined;
  };
}

function inPath(name: string): string {
  return encodeURIComponent(name);
}
