import { type kept, pushFiles, useForgejo } from '../forges/forgejo-fixture.ts';
import { branchHead } from '../servers/bare-git.ts';
import { isWriter } from '../servers/forgejo/world.ts';
import { type ForgejoServer, protectionOf, REPOSITORY, tokenOf } from '../servers/forgejo.ts';
import { fileAt, readCommit } from '../servers/gitlab/objects.ts';
import type { Pull, Pulls, ReviewPlace } from './review-place.ts';

/** `acme/gitops` on a Forgejo of one's own, below a path. */
export interface ForgejoPlace extends ReviewPlace {
  readonly server: ForgejoServer;
  readonly pulls: Pulls;
}

/** Starts Forgejo. */
export async function forgejoPlace(): Promise<ForgejoPlace> {
  const server = await useForgejo();
  const { world } = server;
  pushFiles(server, { 'README.md': '# gitops\n' });
  world.teams.set('release-managers', ['alice', 'bob']);
  const pulls = pullsOf(server);
  const pushed = async (files: Record<string, string>, branch: string) => {
    const commit = pushFiles(server, files, { branch });
    // Somebody's push is seen as theirs, before promote's next one.
    await server.as('alice', 'GET', 'pulls');
    return commit;
  };
  return {
    server,
    pulls,
    url: `${server.url}/${REPOSITORY}`,
    // What Actions set for a job (https://forgejo.org/docs/latest/user/actions/), and the token that its owner adds.
    variables: {
      // Without the `git` program; on the other places the same suites run with it.
      PATH: '',
      CI: 'true',
      FORGEJO_ACTIONS: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: server.url,
      GITHUB_API_URL: `${server.url}/api/v1`,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_TOKEN: tokenOf('forgejo-actions', 'job'),
      PROMOTE_FORGEJO_TOKEN: tokenOf('promote'),
    },
    push: (files, branch = 'main') => pushed(files, branch),
    pushMeanwhile: async files => {
      server.faults = line => {
        if (!line.includes('git-receive-pack')) return undefined;
        server.faults = () => undefined;
        pushFiles(server, files);
        return undefined;
      };
    },
    file: async (path, branch = 'main') => fileAt(world.bare, branchHead(world, branch), path),
    head: async branch => branchHead(world, branch),
    parents: async commit => readCommit(world.bare, commit)?.parents ?? [],
    merge: async branch => {
      const open = (await pulls.list()).find(pull => pull.branch === branch && pull.state === 'open');
      await server.as('carol', 'POST', `pulls/${open?.number}/merge`, { Do: 'squash' });
    },
    calls: () => server.calls(),
  };
}

function pullsOf(server: ForgejoServer): Pulls {
  const { world } = server;
  return {
    list: async () => {
      await server.as('alice', 'GET', 'pulls');
      return world.pulls.toReversed().map(one => pullOf(server, one));
    },
    approve: async (number, name) => {
      await server.as(name, 'POST', `pulls/${number}/reviews`, { event: 'APPROVED' });
    },
    pushMeanwhile: async (files, branch) => {
      server.faults = line => {
        if (!line.includes('/reviews')) return undefined;
        server.faults = () => undefined;
        pushFiles(server, files, { branch });
        return undefined;
      };
    },
    close: async number => {
      await server.as('alice', 'PATCH', `pulls/${number}`, { state: 'closed' });
    },
    status: async commit => world.statuses.findLast(({ sha }) => sha === commit)?.status ?? '',
    protect: status => {
      const rule = { enable_status_check: true, status_check_contexts: [status], apply_to_admins: true };
      // `commit: direct` of the other environments goes on.
      world.rules.push(protectionOf('main', { ...rule, enable_push: true }));
    },
    mergesLater: false,
    startedBy: name => ({ GITHUB_ACTOR: name, GITHUB_EVENT_NAME: 'workflow_dispatch' }),
    fork: { GITHUB_EVENT_NAME: 'pull_request_target' },
    reader: world.users.find(user => !isWriter(user))?.login ?? '',
  };
}

function pullOf(server: ForgejoServer, one: ReturnType<typeof kept>): Pull {
  const { world } = server;
  return {
    number: one.number,
    branch: one.branch,
    state: one.mergedAt ? 'merged' : one.state,
    head: one.head,
    title: one.title,
    body: one.body,
    labels: one.labels.flatMap(id => world.labels.find(label => label.id === id)?.name ?? []),
    reviewers: one.reviews.filter(({ state }) => state === 'REQUEST_REVIEW').map(({ user }) => user.login),
  };
}
