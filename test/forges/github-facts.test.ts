import { describe, expect, it } from 'vitest';
import { change } from '../git/fixture.ts';
import { APP_ACCOUNT } from '../servers/github/emulated.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { APP, BOT, tokenOf } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

describe('what GitHub shows beside files and pull requests', () => {
  it('knows the members of a team, and takes a team it cannot see for an error', async () => {
    const forge = openForge(await useGitHub());
    const members = await forge.teamMembers('acme/release-managers');
    expect(members.map(({ name }) => name)).toEqual(['alice', 'bob']);
    await expect(forge.teamMembers('acme/absent')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringMatching(/members: read.*read:org/),
    });
    await expect(forge.teamMembers('release-managers')).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });

  it('reads who approved the environments of a run', async () => {
    const server = await useGitHub();
    const user = { id: 5, login: 'alice' };
    const environments = [{ id: 1, name: 'production' }];
    server.world.approvals.set(7, [{ state: 'approved', comment: 'go', environments, user }]);
    const forge = openForge(server);
    expect(await forge.runApprovals(7)).toEqual([
      {
        environments: ['production'],
        reviewer: { id: '5', name: 'alice' },
        verdict: 'approved',
      },
    ]);
    await expect(forge.runApprovals(8)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('knows which statuses a branch wants, and from which App', async () => {
    const server = await useGitHub();
    const forge = openForge(server);
    const guard = async () => (await forge.branchGuard({ branch: 'main', isPushedTo: false })).required;
    expect(await guard()).toEqual([]);
    server.world.required.push({ context: 'promote/qa/api', integration_id: 4711 }, { context: 'build' });
    expect(await guard()).toEqual([
      { context: 'promote/qa/api', app: 4711, by: 'ruleset' },
      { context: 'build', by: 'ruleset' },
    ]);
  });

  it('knows which rulesets keep a push back, and whether this login may push past them', async () => {
    const server = await useGitHub();
    const { branchGuard } = openForge(server);
    const pushes = async () => (await branchGuard({ branch: 'main', isPushedTo: true })).pushes;
    expect(await pushes()).toEqual([]);
    const shown = {
      name: 'main',
      source: 'acme/gitops',
      enforcement: 'active',
      current_user_can_bypass: 'never',
    };
    server.world.rulesets.set(7, { shown, types: ['pull_request', 'non_fast_forward', 'update'] });
    expect(await pushes()).toEqual([{ name: '"main" (pull_request, update)', mayPass: false }]);
    server.world.rulesets.set(7, {
      shown: { ...shown, current_user_can_bypass: 'always' },
      types: ['pull_request'],
    });
    expect(await pushes()).toEqual([{ name: '"main" (pull_request)', mayPass: true }]);
    server.world.rulesets.set(7, { shown, types: ['non_fast_forward'] });
    expect(await pushes()).toEqual([]);
  });

  it('knows whether a merge is tested on the present base', async () => {
    const server = await useGitHub();
    const { branchGuard } = openForge(server);
    const isFresh = async () => (await branchGuard({ branch: 'main', isPushedTo: false })).isFresh;
    server.world.required.push({ context: 'promote/gate' });
    expect(await isFresh()).toBe(false);
    server.world.settings.strict = true;
    expect(await isFresh()).toBe(true);
    Object.assign(server.world.settings, { strict: false, hasMergeQueue: true });
    expect(await isFresh()).toBe(true);
  });

  it('knows whose status it sets: of an App, of every workflow, or of no App', async () => {
    const server = await useGitHub();
    const sourceOf = async (token: string) => {
      const forge = openForge(server, { auth: { kind: 'token', token } });
      return (await forge.branchGuard({ branch: 'main', isPushedTo: false })).source;
    };
    expect(await sourceOf(tokenOf('alice'))).toEqual({ kind: 'person', name: 'alice' });
    expect(await sourceOf(JOB_TOKEN)).toEqual({ kind: 'job' });
    expect(await sourceOf(tokenOf(APP_ACCOUNT))).toEqual({
      kind: 'app',
      id: APP,
      name: `App ${APP} (promote)`,
    });
    const app = openForge(server, { auth: { kind: 'app', id: String(APP), key: server.appKey } });
    const guard = await app.branchGuard({ branch: 'main', isPushedTo: false });
    expect(guard.source).toEqual({ kind: 'app', id: APP, name: `App ${APP}` });
  });

  it('sets a status only where the latest one says something else', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { 'values.yaml': 'a\n' });
    const { pullRequests } = openForge(server);
    const status = { context: 'promote/qa/api', description: 'waits for review' };
    for (const state of ['pending', 'pending', 'success', 'failure'] as const) {
      await pullRequests.setStatus(head, { ...status, state });
    }
    expect(server.world.statuses.map(({ state }) => state)).toEqual(['failure', 'success', 'pending']);
  });

  it('names the commits between two revisions, where they can be reached', async () => {
    const server = await useGitHub();
    const base = await pushFiles(server, { a: '1' });
    const subject = 'Fix `x` <b> ::set-output name=a::b @everyone';
    const head = await pushFiles(server, { a: '2' }, { message: `${subject}\n\nbody`, login: BOT });
    const forge = openForge(server);
    const comparison = await forge.compareCommits('acme/gitops', base, head);
    expect(comparison).toMatchObject({ total: 1, commits: [{ subject }] });
    expect(await forge.compareCommits('acme/gitops', head, base)).toBeUndefined();
    expect(await forge.compareCommits('acme/elsewhere', base, head)).toBeUndefined();
    expect(await forge.compareCommits('acme/gitops', '1'.repeat(40), head)).toBeUndefined();
  });

  it('reads the notes of a release, where there is one to be seen', async () => {
    const server = await useGitHub();
    await pushFiles(server, { a: '1' });
    await server.as(BOT, 'POST', 'releases', { tag_name: 'v1.0.0', body: 'Brews tea' });
    const { releaseNotes } = openForge(server);
    expect(await releaseNotes('acme/gitops', 'v1.0.0')).toMatchObject({ text: 'Brews tea' });
    expect(await releaseNotes('acme/gitops', 'v2.0.0')).toBeUndefined();
    expect(await releaseNotes('acme/elsewhere', 'v1.0.0')).toBeUndefined();
  });

  it('knows what a branch pointed at and who pushed it, and where branches part', async () => {
    const server = await useGitHub();
    const base = await pushFiles(server, { a: '1' });
    const made = await openForge(server).repository.commit(
      change(base, { a: '2' }, { branch: 'promote/qa/api', expected: undefined }),
    );
    const head = made.kind === 'committed' ? made.commit : '';
    await pushFiles(server, { b: '1' });
    const forge = openForge(server);
    const content = { title: 't', body: 'b', labels: [], reviewers: [], assignees: [], draft: false };
    await forge.pullRequests.open('promote/qa/api', 'main', content);
    const added = await pushFiles(server, { c: '1' }, { branch: 'promote/qa/api', login: 'carol' });
    const open = await forge.pullRequests.find('promote/qa/api', 'main');
    const heads = open && (await forge.heads(open));
    const { name } = await forge.viewer();
    expect([name, heads?.map(({ commit, pusher }) => [commit, pusher?.name])]).toEqual([
      BOT,
      [
        [head, BOT],
        [added, 'carol'],
      ],
    ]);
    expect(heads?.[0]).toMatchObject({ parent: base, message: expect.stringContaining('') });
    expect(await forge.mergeBase('main', head)).toBe(base);
    expect(await forge.mergeBase('main', '1'.repeat(40))).toBeUndefined();
  });
});
