import { kept, pushFiles, useGitLab } from '../forges/gitlab-fixture.ts';
import { fileAt, readCommit } from '../servers/gitlab/objects.ts';
import { branchHead, userNamed } from '../servers/gitlab/world.ts';
import { type GitLabServer, PROJECT, tokenOf } from '../servers/gitlab.ts';
import type { Pull, Pulls, ReviewPlace } from './review-place.ts';

/** `acme/platform/gitops` on a GitLab of one's own, below a path. */
export interface GitLabPlace extends ReviewPlace {
  readonly server: GitLabServer;
  readonly pulls: Pulls;
}

/** Starts GitLab. */
export async function gitlabPlace(): Promise<GitLabPlace> {
  const server = await useGitLab();
  const { world } = server;
  pushFiles(server, { 'README.md': '# gitops\n' });
  world.groups.set('acme/release-managers', ['alice', 'bob']);
  const pulls = pullsOf(server);
  return {
    server,
    pulls,
    url: `${server.url}/${PROJECT}`,
    variables: gitlabVariables(server),
    push: async (files, branch = 'main') => pushFiles(server, files, { branch }),
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
      await server.as('carol', 'PUT', `merge_requests/${open?.number}/merge`, { squash: true });
    },
    calls: () => server.calls(),
  };
}

/** What GitLab sets for the jobs of the project, and the token that its owner adds. */
export function gitlabVariables({ url }: Pick<GitLabServer, 'url'>) {
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_SERVER_URL: url,
    CI_PROJECT_ID: '7',
    CI_PROJECT_URL: `${url}/${PROJECT}`,
    CI_PIPELINE_SOURCE: 'push',
    CI_JOB_TOKEN: tokenOf('promote', 'job'),
    PROMOTE_GITLAB_TOKEN: tokenOf('promote'),
  };
}

function pullsOf(server: GitLabServer): Pulls {
  const { world } = server;
  return {
    list: async () => {
      await server.as('alice', 'GET', 'merge_requests');
      return world.mergeRequests.toReversed().map(pullOf);
    },
    approve: async (number, name) => {
      const { id, access_level } = userNamed(world, name);
      await server.as('alice', 'GET', `merge_requests/${number}`);
      // Who may not write can still be made an eligible approver.
      if (access_level < 30) kept(server, number).approvals.set(id, world.now());
      else await server.as(name, 'POST', `merge_requests/${number}/approve`, {});
    },
    pushMeanwhile: async (files, branch) => {
      server.faults = line => {
        if (!line.includes('/approvals')) return undefined;
        server.faults = () => undefined;
        pushFiles(server, files, { branch });
        return undefined;
      };
    },
    close: async number => {
      await server.as('alice', 'PUT', `merge_requests/${number}`, { state_event: 'close' });
    },
    status: async commit =>
      (world.statuses.findLast(({ sha }) => sha === commit)?.status ?? '').replace('failed', 'failure'),
    protect: () => Object.assign(world.settings, { pipelineMustSucceed: true }),
    mergesLater: true,
    startedBy: name => {
      const [token, pipeline] = [
        tokenOf(name, 'job'),
        { id: 1000 + userNamed(world, name).id, source: 'web', username: name },
      ];
      world.jobs.push({ id: 42, token, username: name, pipeline });
      return {
        CI_PIPELINE_SOURCE: 'web',
        CI_JOB_TOKEN: token,
        GITLAB_USER_LOGIN: name,
        GITLAB_USER_ID: String(userNamed(world, name).id),
      };
    },
    fork: { CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '8' },
    reader: 'rita',
  };
}

function pullOf(one: GitLabServer['world']['mergeRequests'][number]): Pull {
  return {
    number: one.iid,
    branch: one.source_branch,
    state: one.state === 'opened' ? 'open' : one.state,
    head: one.versions[0]?.head_commit_sha ?? '',
    title: one.title,
    body: one.description,
    labels: one.labels,
    reviewers: one.reviewers.map(({ username }) => username),
  };
}
