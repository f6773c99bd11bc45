import { expect, it } from 'vitest';
import type { GitLabOptions } from '../../src/forges/gitlab/open.ts';
import { branchHead, gitText } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, pushFiles, useGitLab } from './gitlab-fixture.ts';

async function proposed(options: Partial<GitLabOptions> = {}) {
  const server = await useGitLab();
  const forge = openForge(server, options);
  return { server, forge, ...(await propose(server, forge)) };
}

describeWith(['git'], 'merging a merge request', () => {
  it('merges exactly the head that was seen', async () => {
    const { server, forge, head, pullRequest } = await proposed();
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
    const commit = branchHead(server.world, 'main');
    expect(outcome).toEqual({ kind: 'merged', commit });
    expect(gitText(server.world, 'rev-parse', 'main^2')).toBe(head);
  });

  it('squashes, and leaves a fast-forward to the project', async () => {
    const squash = await proposed();
    await squash.forge.pullRequests.merge(squash.pullRequest, 'squash');
    expect(gitText(squash.server.world, 'log', '--format=%P', '-1', 'main')).toBe(squash.base);
    const forward = await proposed();
    forward.server.world.settings.mergeMethod = 'ff';
    const outcome = await forward.forge.pullRequests.merge(forward.pullRequest, 'rebase');
    expect(outcome).toEqual({ kind: 'merged', commit: forward.head });
  });

  it('does not merge a head that was pushed meanwhile, though GitLab has not noticed it', async () => {
    const { server, forge, base, pullRequest } = await proposed();
    pushFiles(server, { 'qa/values.yaml': 'image: evil\n' }, { branch: 'promote/qa/api' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual({ kind: 'moved' });
    expect(branchHead(server.world, 'main')).toBe(base);
  });

  it('waits until GitLab has noticed our own push', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.follows = false;
    const head = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    let looks = 0;
    server.faults = line => {
      looks += line.endsWith('/merge_requests/1') ? 1 : 0;
      server.world.settings.follows = looks > 2;
      return undefined;
    };
    expect(await forge.pullRequests.merge({ ...pullRequest, head }, 'merge')).toMatchObject({
      kind: 'merged',
    });
    expect(looks).toBe(3);
  });

  it('tries again while GitLab works out whether it can be merged', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeStatus = 'checking';
    let looks = 0;
    server.faults = line => {
      looks += line.endsWith('/merge_requests/1') ? 1 : 0;
      if (looks > 2) server.world.settings.mergeStatus = undefined;
      return undefined;
    };
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
  });

  it('takes a merge whose answer was lost for what it was', async () => {
    const { server, forge, pullRequest } = await proposed();
    let isLost = false;
    server.faults = line => {
      if (isLost || !line.endsWith('/merge')) return undefined;
      isLost = true;
      Object.assign(kept(server, 1), { state: 'merged', mergedAt: server.world.now() });
      return { status: 502 };
    };
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
  });

  it('leaves a running pipeline and a merge train to GitLab', async () => {
    const running = await proposed();
    running.server.world.settings.mergeStatus = 'ci_still_running';
    expect(await running.forge.pullRequests.merge(running.pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(kept(running.server, 1).isAutoMerge).toBe(true);
    const train = await proposed();
    train.server.world.settings.mergeTrains = true;
    expect(await train.forge.pullRequests.merge(train.pullRequest, 'merge')).toEqual({ kind: 'queued' });
    expect(branchHead(train.server.world, 'main')).toBe(train.base);
  });

  it('leaves it to GitLab whatever is missing, where asked, and again after a push', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeStatus = 'not_approved';
    expect(await forge.pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({
      kind: 'queued',
    });
    expect(kept(server, 1).isAutoMerge).toBe(true);
    const tries = () => server.calls().filter(line => line.endsWith('/merge'));
    tries();
    expect(await forge.pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({
      kind: 'queued',
    });
    expect(tries()).toEqual([]);
    const head = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    expect(await forge.pullRequests.merge({ ...pullRequest, head }, 'squash', { whenReady: true })).toEqual({
      kind: 'queued',
    });
    expect(kept(server, 1).isAutoMerge).toBe(true);
    server.world.settings.mergeStatus = 'need_rebase';
    await server.as('alice', 'PUT', 'merge_requests/1', { title: 'Promote api again' });
    pushFiles(server, { 'qa/values.yaml': 'image: d\n' }, { branch: 'promote/qa/api' });
    const now = await forge.pullRequests.find('promote/qa/api', 'main');
    expect(await forge.pullRequests.merge(now ?? pullRequest, 'squash', { whenReady: true })).toMatchObject({
      kind: 'refused',
    });
  });

  it.each([false, true])('gives up on what GitLab never stops checking, when ready: %s', async whenReady => {
    const notices: string[] = [];
    const { server, forge, pullRequest } = await proposed({ notice: text => notices.push(text) });
    server.world.settings.mergeStatus = 'checking';
    const outcome = await forge.pullRequests.merge(pullRequest, 'squash', { whenReady });
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('checking') });
    expect(server.calls().filter(line => line.endsWith('/merge')).length).toBeLessThan(2);
    expect(notices).toEqual([expect.stringContaining('waiting up to 7 s: GitLab still checks whether !1')]);
  });

  it.each([
    ['draft_status', 'person'],
    ['not_approved', 'person'],
    ['requested_changes', 'person'],
    ['discussions_not_resolved', 'person'],
    ['some_new_status', 'person'],
    ['status_checks_must_pass', 'checks'],
    ['need_rebase', 'update'],
  ])('reads that it is refused, and asks for no merge: %s', async (status, needs) => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeStatus = status;
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
    const reason = expect.stringContaining(status.replaceAll('_', ' '));
    expect(outcome).toEqual({ kind: 'refused', needs, reason });
    expect(server.calls().filter(line => line.startsWith('PUT'))).toEqual([]);
  });

  it.each([
    ['failed', 'person'],
    ['success', undefined],
  ] as const)('looks at the head pipeline where it must succeed: %s', async (jobStatus, needs) => {
    const server = await useGitLab();
    Object.assign(server.world.settings, {
      pipelineMustSucceed: true,
      pipelines: 'merge-request',
      jobStatus,
    });
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
    expect(outcome).toMatchObject(needs === undefined ? { kind: 'merged' } : { kind: 'refused', needs });
  });

  it('says that no pipeline ran where one must succeed', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.pipelineMustSucceed = true;
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual({
      kind: 'refused',
      needs: 'person',
      reason: expect.stringContaining('no pipeline ran'),
    });
  });

  it.each([
    ['always', 'merge', 1],
    ['never', 'squash', 2],
    ['default_on', 'merge', 2],
  ] as const)('follows the setting %s for squashing where asked to %s', async (option, method, parents) => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.squashOption = option;
    expect(await forge.pullRequests.merge(pullRequest, method)).toMatchObject({ kind: 'merged' });
    expect(gitText(server.world, 'log', '--format=%P', '-1', 'main')?.split(' ')).toHaveLength(parents);
  });

  it.each(['ff', 'rebase_merge'] as const)(
    'says that the branch must be brought up to date: %s',
    async how => {
      const { server, forge, pullRequest } = await proposed();
      server.world.settings.mergeMethod = how;
      pushFiles(server, { 'other.yaml': 'newer\n' });
      expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ needs: 'update' });
      await server.as('alice', 'PUT', 'merge_requests/1/rebase', {});
      const now = await forge.pullRequests.find('promote/qa/api', 'main');
      expect(await forge.pullRequests.merge(now ?? pullRequest, 'merge')).toMatchObject({ kind: 'merged' });
    },
  );

  it.each([true, false])('deletes the branch where asked: %s', async deleteBranch => {
    const { server, forge, pullRequest } = await proposed();
    await forge.pullRequests.merge(pullRequest, 'merge', { deleteBranch });
    expect(branchHead(server.world, 'promote/qa/api') === undefined).toBe(deleteBranch);
  });

  it('says that it conflicts, or was closed meanwhile', async () => {
    const { server, forge, pullRequest } = await proposed();
    pushFiles(server, { 'qa/values.yaml': 'image: other\n' });
    const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('conflict') });
    await server.as('alice', 'PUT', 'merge_requests/1', { state_event: 'close' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({
      kind: 'refused',
      reason: 'it is closed',
    });
  });
});
