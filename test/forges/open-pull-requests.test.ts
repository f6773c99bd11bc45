import { describe, expect, it } from 'vitest';
import { fields } from '../servers/github/request.ts';
import { describeWith } from '../servers/tools.ts';
import { openForge as openGitHub, pushFiles as pushToGitHub, useGitHub } from './github-fixture.ts';
import {
  CONTENT,
  kept,
  openForge as openGitLab,
  pushFiles as pushToGitLab,
  useGitLab,
} from './gitlab-fixture.ts';

const BRANCHES = ['promote/refresh/node', 'promote/refresh/ruby', 'promote/refreshed', 'feature'];
const CONTENT_ALONE = { ...CONTENT, labels: [], reviewers: [] };

describe('the open pull requests of GitHub', () => {
  it('are those of our branches under the prefix, over all pages', async () => {
    const server = await useGitHub();
    const forge = openGitHub(server);
    await pushToGitHub(server, { 'a.yaml': 'a\n' });
    for (const branch of BRANCHES) {
      await pushToGitHub(server, { 'a.yaml': `${branch}\n` }, { branch, on: 'main' });
      await forge.pullRequests.open(branch, 'main', CONTENT_ALONE);
    }
    // The emulator takes duplicates.
    for (let count = 0; count < 101; count += 1) {
      const more = { title: 'more', head: 'feature', base: 'main' };
      await server.world.emulated.ask('POST', '/repos/acme/gitops/pulls', more);
    }
    for (const where of ['fork', 'gone'] as const) {
      const theirs = { title: 'theirs', head: 'promote/refresh/node', base: 'main' };
      const { body } = await server.world.emulated.ask('POST', '/repos/acme/gitops/pulls', theirs);
      server.world.forked.set(Number(fields(body).number), where);
    }
    server.calls();
    const open = await forge.openPullRequests('promote/refresh/', 'main');
    expect(open.map(({ branch }) => branch).toSorted()).toEqual(BRANCHES.slice(0, 2));
    expect(server.calls()).toHaveLength(2);
    await forge.pullRequests.close(
      open.find(({ branch }) => branch.endsWith('node')) ?? expect.fail(),
      'No.',
    );
    const left = await forge.openPullRequests('promote/refresh/', 'main');
    expect(left.map(({ branch, state }) => [branch, state])).toEqual([['promote/refresh/ruby', 'open']]);
    expect(await forge.openPullRequests('promote/refresh/', 'develop')).toEqual([]);
  });
});

describeWith(['git'], 'the open merge requests of GitLab', () => {
  it('are those of our branches under the prefix, over all pages', async () => {
    const server = await useGitLab();
    const forge = openGitLab(server);
    pushToGitLab(server, { 'a.yaml': 'a\n' });
    for (const branch of BRANCHES) {
      pushToGitLab(server, { 'a.yaml': `${branch}\n` }, { branch, on: 'main' });
      await forge.pullRequests.open(branch, 'main', CONTENT_ALONE);
    }
    const first = kept(server, 1);
    const forks = Array.from({ length: 101 }, (_, index) => ({
      ...first,
      iid: 100 + index,
      source_project_id: 99,
    }));
    server.world.mergeRequests.push(...forks);
    server.world.settings.follows = false;
    const open = await forge.openPullRequests('promote/refresh/', 'main');
    expect(open.map(({ branch }) => branch).toSorted()).toEqual(BRANCHES.slice(0, 2));
    await forge.pullRequests.close(
      open.find(({ branch }) => branch.endsWith('node')) ?? expect.fail(),
      'No.',
    );
    const left = await forge.openPullRequests('promote/refresh/', 'main');
    expect(left.map(({ branch, state }) => [branch, state])).toEqual([['promote/refresh/ruby', 'open']]);
    expect(await forge.openPullRequests('promote/refresh/', 'develop')).toEqual([]);
  });
});
