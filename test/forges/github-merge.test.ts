import { describe, expect, it } from 'vitest';
import type { MergeNeed } from '../../src/forges/forge.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { fields, items } from '../servers/github/request.ts';
import type { Settings } from '../servers/github/world.ts';
import { APP, BOT, type GitHubFault } from '../servers/github.ts';
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

  it('shows why GitHub refuses', async () => {
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
    const writes = () => server.calls().filter(line => !line.startsWith('GET'));
    expect(await pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({ kind: 'queued' });
    expect([...server.world.autoMerges]).toEqual([[pullRequest.number, 'SQUASH']]);
    expect(writes()).toHaveLength(1);
    expect(await pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({ kind: 'queued' });
    expect(writes()).toEqual([]);
    server.world.required.length = 0;
    expect(await pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toMatchObject({
      kind: 'merged',
    });
  });

  it('shows that the repository allows no merge that waits', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build' });
    server.world.settings.allowsAutoMerge = false;
    expect(await pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('Auto merge is not allowed'),
    });
    await pushFiles(server, { 'values.yaml': 'image: evil\n' }, { branch: BRANCH });
    expect(await pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({ kind: 'moved' });
  });

  it('puts it into the merge queue where the branch has one, once', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.settings.hasMergeQueue = true;
    expect(await pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(await pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(server.world.queued).toEqual([pullRequest.number]);
  });

  it('sees from GitHub what it lacks, and asks for no merge that is refused', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    const { world } = server;
    const merge = async () => {
      server.calls();
      const outcome = await pullRequests.merge(pullRequest, 'squash');
      expect(server.calls().filter(line => !line.startsWith('GET'))).toEqual([]);
      return outcome;
    };
    const lacks = (needs: MergeNeed, words: string) => ({
      kind: 'refused',
      needs,
      reason: expect.stringContaining(words),
    });
    world.required.push({ context: 'build' });
    expect(await merge()).toEqual(lacks('checks', 'build'));
    world.checkRuns.push({ sha: pullRequest.head, name: 'build' });
    expect(await merge()).toEqual(lacks('checks', 'build'));
    world.checkRuns[0] = { sha: pullRequest.head, name: 'build', conclusion: 'failure' };
    expect(await merge()).toEqual(lacks('person', 'build failed'));
    world.settings.reviewDecision = 'REVIEW_REQUIRED';
    expect(await merge()).toEqual(lacks('person', 'review'));
    world.checkRuns[0] = { sha: pullRequest.head, name: 'build', conclusion: 'skipped' };
    world.settings.strict = true;
    await pushFiles(server, { 'other.yaml': 'newer\n' });
    expect(await merge()).toEqual(lacks('update', 'behind'));
    await pushFiles(server, { 'values.yaml': 'image: x\n' });
    expect(await merge()).toEqual(lacks('person', 'conflicts'));
  });

  it('asks for no merge, and names the rules, where no check shows what it lacks', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    const required_deployment_environments = ['qa'];
    server.world.settings.unmet = [
      { type: 'pull_request', parameters: { required_review_thread_resolution: true } },
      { type: 'required_signatures' },
      { type: 'required_deployments', parameters: { required_deployment_environments } },
    ];
    const all =
      'every conversation is resolved, and that every commit is signed, and that it is deployed to qa';
    expect(await pullRequests.merge(pullRequest, 'squash')).toEqual({
      kind: 'refused',
      needs: 'person',
      reason: `rules of its base keep it back: they ask that ${all}`,
    });
    expect(server.calls().filter(line => !line.startsWith('GET'))).toEqual([]);
  });

  it('asks for the merge where the job may not read what GitHub knows of it', async () => {
    const { server, pullRequest } = await usePullRequest();
    server.world.settings.grants = { contents: 'write', 'pull-requests': 'write', statuses: 'write' };
    server.world.required.push({ context: 'build' });
    const { pullRequests } = openForge(server, { auth: { kind: 'token', token: JOB_TOKEN } });
    const outcome = await pullRequests.merge(pullRequest, 'squash');
    expect(outcome).toMatchObject({ kind: 'refused', needs: 'checks' });
    server.world.required.length = 0;
    expect(await pullRequests.merge(pullRequest, 'squash')).toMatchObject({ kind: 'merged' });
  });

  it.each<[string, Partial<Settings>, string]>([
    ['squashes alone', { methods: new Set(['squash']) }, 'squash'],
    ['rebases alone', { methods: new Set(['rebase']) }, 'rebase'],
    ['wants a linear history', { linearHistory: true }, 'squash'],
  ])('merges as the repository allows where it %s', async (_, settings, way) => {
    const { server, pullRequest } = await usePullRequest();
    const notices: string[] = [];
    Object.assign(server.world.settings, settings);
    const { pullRequests, repository } = openForge(server, { notice: text => notices.push(text) });
    expect(await pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
    expect(notices).toEqual([expect.stringContaining(`merged by ${way}`)]);
    const head = (await repository.head('main'))?.commit ?? '';
    const { body } = await server.as('alice', 'GET', `git/commits/${head}`);
    expect(items(fields(body).parents)).toHaveLength(1);
  });

  it.each([true, false])('deletes the branch where asked, GitHub having done so: %s', async already => {
    const { server, pullRequests, pullRequest, repository } = await usePullRequest();
    server.world.settings.deletesBranches = already;
    await pullRequests.merge(pullRequest, 'squash', { deleteBranch: true });
    expect(await repository.head(BRANCH)).toBeUndefined();
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({ state: 'merged' });
  });

  it('knows that it merged where the answer was lost', async () => {
    const { server, pullRequests, repository, pullRequest } = await usePullRequest();
    const lost: GitHubFault = { when: 'afterwards', status: 502, body: {} };
    let merges = 0;
    server.faults = line => (line.includes('/merge') && merges++ === 0 ? lost : undefined);
    const outcome = await pullRequests.merge(pullRequest, 'squash');
    expect(outcome).toEqual({ kind: 'merged', commit: (await repository.head('main'))?.commit });
  });

  it('is merged by GitHub once it may be, whatever gates say by then, which the double shows', async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build' });
    await pullRequests.merge(pullRequest, 'squash', { whenReady: true });
    const green = { context: 'build', state: 'success' };
    await server.as('alice', 'POST', `statuses/${pullRequest.head}`, green);
    expect(await pullRequests.find(BRANCH, 'main')).toMatchObject({ state: 'merged' });
  });

  it("takes an App's own status alone where the rule names it, which the double shows", async () => {
    const { server, pullRequests, pullRequest } = await usePullRequest();
    server.world.required.push({ context: 'build', integration_id: APP });
    await pullRequests.setStatus(pullRequest.head, { context: 'build', state: 'success', description: 'd' });
    expect(await pullRequests.merge(pullRequest, 'squash')).toMatchObject({ kind: 'refused' });
    const auth = { kind: 'app', id: String(APP), key: server.appKey } as const;
    const app = openForge(server, { auth });
    await app.pullRequests.setStatus(pullRequest.head, {
      context: 'build',
      state: 'success',
      description: 'e',
    });
    expect(await pullRequests.merge(pullRequest, 'squash')).toMatchObject({ kind: 'merged' });
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
