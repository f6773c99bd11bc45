import { describe, expect, it } from 'vitest';
import { BOT, type GitHubFault } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const BRANCH = 'promote/qa/api';
const CONTENT = { title: 't', body: 'b', labels: [], reviewers: [], assignees: [], draft: false };

async function usePullRequest() {
  const server = await useGitHub();
  await pushFiles(server, { 'values.yaml': 'image: a\n' });
  await pushFiles(server, { 'values.yaml': 'image: b\n' }, { branch: BRANCH, on: 'main', login: BOT });
  const forge = openForge(server);
  const pullRequest = await forge.pullRequests.open(BRANCH, 'main', CONTENT);
  server.calls();
  return { server, ...forge, pullRequest };
}

describe('merging on GitHub', () => {
  it('keeps what came to the base meanwhile', async () => {
    const { server, pullRequests, repository, pullRequest } = await usePullRequest();
    const base = await pushFiles(server, { 'other.yaml': 'newer\n' });
    const outcome = await pullRequests.merge(pullRequest, 'merge');
    const head = await repository.head('main');
    expect(outcome).toEqual({ kind: 'merged', commit: head?.commit });
    const [merge, below] = await Array.fromAsync(repository.history(head?.commit ?? '', () => true));
    expect(merge?.changes.map(({ path }) => path)).toEqual(['values.yaml']);
    expect(below?.commit).toBe(base);
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({
      state: 'merged',
      head: pullRequest.head,
    });
  });

  it('merges no commit that nobody looked at', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    await pushFiles(server, { 'values.yaml': 'image: evil\n' }, { branch: BRANCH });
    expect(await pullRequests.merge(pullRequest, 'squash')).toEqual({ kind: 'moved' });
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({ state: 'open' });
  });

  it('tells why GitHub refuses', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build' });
    const missing = await pullRequests.merge(pullRequest, 'squash');
    expect(missing).toMatchObject({ kind: 'refused', reason: expect.stringContaining('build') });
    server.world.required.length = 0;
    await pushFiles(server, { 'values.yaml': 'image: x\n' });
    expect(await pullRequests.merge(pullRequest, 'squash')).toMatchObject({ kind: 'refused' });
    await pullRequests.close(pullRequest, 'no');
    expect(await pullRequests.merge(pullRequest, 'squash')).toMatchObject({ kind: 'refused' });
  });

  it('has GitHub merge it once it may be, where asked, and asks once', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build' });
    const writes = () => server.calls().filter(line => line.includes('/graphql'));
    expect(await pullRequests.merge(pullRequest, 'squash', 'ready')).toEqual({ kind: 'queued' });
    expect([...server.world.autoMerges]).toEqual([[pullRequest.number, 'SQUASH']]);
    expect(writes()).toHaveLength(1);
    expect(await pullRequests.merge(pullRequest, 'squash', 'ready')).toEqual({ kind: 'queued' });
    expect(writes()).toEqual([]);
    server.world.required.length = 0;
    expect(await pullRequests.merge(pullRequest, 'squash', 'ready')).toMatchObject({ kind: 'merged' });
  });

  it('tells that the repository allows no merge that waits', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build' });
    server.world.settings.allowsAutoMerge = false;
    expect(await pullRequests.merge(pullRequest, 'squash', 'ready')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('Auto merge is not allowed'),
    });
    await pushFiles(server, { 'values.yaml': 'image: evil\n' }, { branch: BRANCH });
    expect(await pullRequests.merge(pullRequest, 'squash', 'ready')).toEqual({ kind: 'moved' });
  });

  it('puts it into the merge queue where the branch has one, once', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.settings.hasMergeQueue = true;
    expect(await pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(await pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(server.world.queued).toEqual([pullRequest.number]);
  });

  it('knows that it merged where the answer was lost', async () => {
    const { server, pullRequests, repository, pullRequest } = await usePullRequest();
    const lost: GitHubFault = { when: 'afterwards', status: 502, body: {} };
    let merges = 0;
    server.faults = line => (line.includes('/merge') && merges++ === 0 ? lost : undefined);
    const outcome = await pullRequests.merge(pullRequest, 'squash');
    expect(outcome).toEqual({ kind: 'merged', commit: (await repository.head('main'))?.commit });
  });

  it('is closed by GitHub where its branch is reset to the base, which the double shows', async () => {
    const { server, pullRequests, repository } = await usePullRequest();
    const base = await repository.head('main');
    await server.as('alice', 'PATCH', `git/refs/${encodeURIComponent(`heads/${BRANCH}`)}`, {
      sha: base?.commit,
      force: true,
    });
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({ state: 'closed' });
  });
});
