import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../src/forges/forge.ts';
import type { GitHubForge } from '../../src/forges/github/open.ts';
import { change } from '../git/fixture.ts';
import { APP, type GitHubFault } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const CONTENT = { title: 't', body: 'b', labels: ['l'], reviewers: [], assignees: [], draft: false };
const BRANCH = 'promote/qa/api';
const STATUS = { context: 'promote/qa/api', state: 'pending', description: 'd' } as const;

interface Scene extends GitHubForge {
  readonly head: string;
  readonly pullRequest: PullRequest;
}

/** What is asked, the requests that GitHub refuses, and the permission that the error must name. */
const REFUSED: readonly (readonly [
  what: string,
  needed: string,
  lines: RegExp,
  ask: (scene: Scene) => unknown,
])[] = [
  ['reading a branch', 'contents: read', /^GET .*\/git\/ref/, ({ repository }) => repository.head('main')],
  ['listing files', 'contents: read', /\/git\/trees/, ({ repository, head }) => repository.list(head)],
  [
    'committing',
    'contents: write',
    /^POST .*\/git\/trees/,
    ({ repository, head }) => repository.commit(change(head, { a: '2' })),
  ],
  [
    'moving a branch',
    'contents: write',
    /graphql|^PATCH .*\/git\/refs/,
    ({ repository, head }) => repository.commit(change(head, { a: '2' })),
  ],
  [
    'finding a pull request',
    'pull-requests: read',
    /^GET .*\/pulls/,
    ({ pullRequests }) => pullRequests.find(BRANCH, 'main'),
  ],
  [
    'opening one',
    'pull-requests: write',
    /^POST .*\/pulls$/,
    ({ pullRequests }) => pullRequests.open(BRANCH, 'main', CONTENT),
  ],
  [
    'labelling one',
    'pull-requests: write',
    /\/labels/,
    ({ pullRequests, pullRequest }) => pullRequests.update(pullRequest, CONTENT),
  ],
  [
    'merging one',
    'contents: write',
    /\/merge$/,
    ({ pullRequests, pullRequest }) => pullRequests.merge(pullRequest, 'merge'),
  ],
  [
    'closing one',
    'pull-requests: write',
    /^PATCH .*\/pulls/,
    ({ pullRequests, pullRequest }) => pullRequests.close(pullRequest, 'r'),
  ],
  [
    'reading reviews',
    'pull-requests: read',
    /\/reviews/,
    ({ pullRequests, pullRequest }) => pullRequests.reviews(pullRequest),
  ],
  [
    'setting a status',
    'statuses: write',
    /^POST .*\/statuses/,
    ({ pullRequests, head }) => pullRequests.setStatus(head, STATUS),
  ],
  [
    'reading statuses',
    'statuses: read',
    /^GET .*\/statuses/,
    ({ pullRequests, head }) => pullRequests.setStatus(head, STATUS),
  ],
  ['reading run approvals', 'actions: read', /\/approvals/, forge => forge.runApprovals(7)],
  ['reading a team', 'members: read', /\/orgs\//, forge => forge.teamMembers('acme/release-managers')],
  [
    'reading rules',
    'metadata: read',
    /\/rules\//,
    forge => forge.branchGuard({ branch: 'main', isPushedTo: false }),
  ],
];

const ABSENT = '1'.repeat(40);
const DENIED = 'Resource not accessible by';
const asGraphql = (message: string): GitHubFault => ({
  when: 'instead',
  status: 200,
  body: { data: null, errors: [{ type: 'FORBIDDEN', message }] },
});

async function createScene(
  auth?: 'app',
): Promise<Scene & { readonly server: Awaited<ReturnType<typeof useGitHub>> }> {
  const server = await useGitHub();
  const head = await pushFiles(server, { a: '1' });
  await pushFiles(server, { a: '2' }, { branch: BRANCH, on: 'main' });
  const app = { auth: { kind: 'app', id: String(APP), key: server.appKey } } as const;
  const forge = openForge(server, auth === 'app' ? app : {});
  const pullRequest = await forge.pullRequests.open(BRANCH, 'main', { ...CONTENT, labels: [] });
  return { ...forge, head, pullRequest, server };
}

describe('a missing permission is named', () => {
  it.each(REFUSED)('for %s: %s', async (_, needed, lines, ask) => {
    const scene = await createScene();
    for (const who of ['integration', 'personal access token']) {
      const message = `${DENIED} ${who}`;
      scene.server.faults = line => {
        if (!lines.test(line)) return undefined;
        return line.endsWith('/graphql')
          ? asGraphql(message)
          : { when: 'instead', status: 403, body: { message } };
      };
      await expect(ask(scene)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        hint: expect.stringContaining(needed),
      });
    }
  });

  it('for an App, and where it is missing', async () => {
    const { server, pullRequests, head } = await createScene('app');
    server.faults = line =>
      line.includes('/statuses')
        ? { when: 'instead', status: 403, body: { message: `${DENIED} integration` } }
        : undefined;
    await expect(pullRequests.setStatus(head, STATUS)).rejects.toMatchObject({
      hint: expect.stringMatching(/statuses: read, under the job's `permissions` or among the App's/),
    });
  });

  it('by REST, where GraphQL alone denies to move a branch: there it may be allowed', async () => {
    const { server, repository, head } = await createScene();
    server.faults = line => (line.endsWith('/graphql') ? asGraphql(`${DENIED} integration`) : undefined);
    expect(await repository.commit(change(head, { a: '2' }))).toMatchObject({ kind: 'committed' });
  });

  it('for the merge queue, which GraphQL alone knows', async () => {
    const { server, pullRequests, pullRequest } = await createScene();
    server.world.settings.hasMergeQueue = true;
    server.faults = line => (line.endsWith('/graphql') ? asGraphql(`${DENIED} integration`) : undefined);
    await expect(pullRequests.merge(pullRequest, 'merge')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('pull-requests: write'),
    });
  });

  it.each<[string, number, object, object, RegExp]>([
    [
      'as GitHub lists it',
      403,
      { 'x-accepted-github-permissions': 'contents=write,workflows=write' },
      {},
      /workflows: write/,
    ],
    ['as a scope', 404, { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist' }, {}, /scope repo/],
    [
      'as access of the owner',
      403,
      { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'repo' },
      {},
      /write access/,
    ],
    [
      'as a scope for workflows',
      403,
      {},
      { message: 'refusing to allow it without `workflow` scope' },
      /workflows: write/,
    ],
    [
      'as a kind of token',
      403,
      {},
      { message: '`acme` forbids access via a personal access token (classic)' },
      /App/,
    ],
    [
      'as single sign-on',
      403,
      {},
      { message: 'Resource protected by organization SAML enforcement.' },
      /authorise/,
    ],
  ])('%s', async (_, status, headers, body, hint) => {
    const { server, repository } = await createScene();
    const message = 'Must have admin rights to Repository.';
    server.faults = () => ({ when: 'instead', status, headers: { ...headers }, body: { message, ...body } });
    const asked = repository.list(ABSENT);
    await expect(asked).rejects.toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it("with the reach of a job's own token, where a repository is not there for it", async () => {
    const forge = openForge(await useGitHub(), { repo: 'elsewhere' });
    await expect(forge.repository.list(ABSENT)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringMatching(/contents: read.*GITHUB_TOKEN/),
    });
  });
});
