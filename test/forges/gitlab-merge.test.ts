import { expect, it } from 'vitest';
import { branchHead, gitText } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, pushFiles, useGitLab } from './gitlab-fixture.ts';

async function proposed() {
  const server = await useGitLab();
  const forge = openForge(server);
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
    let tries = 0;
    server.faults = line => {
      tries += line.endsWith('/merge') ? 1 : 0;
      server.world.settings.follows = tries > 2;
      return undefined;
    };
    expect(await forge.pullRequests.merge({ ...pullRequest, head }, 'merge')).toMatchObject({
      kind: 'merged',
    });
    expect(tries).toBe(3);
  });

  it('tries again while GitLab works out whether it can be merged', async () => {
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeStatus = 'checking';
    let tries = 0;
    server.faults = line => {
      tries += line.endsWith('/merge') ? 1 : 0;
      if (tries > 2) server.world.settings.mergeStatus = undefined;
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
    expect(await forge.pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({ kind: 'queued' });
    expect(kept(server, 1).isAutoMerge).toBe(true);
    const tries = () => server.calls().filter(line => line.endsWith('/merge'));
    tries();
    expect(await forge.pullRequests.merge(pullRequest, 'squash', { whenReady: true })).toEqual({ kind: 'queued' });
    expect(tries()).toHaveLength(1);
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
    const { server, forge, pullRequest } = await proposed();
    server.world.settings.mergeStatus = 'checking';
    server.faults = line => (line.endsWith('/merge') ? { status: 405 } : undefined);
    const outcome = await forge.pullRequests.merge(pullRequest, 'squash', { whenReady });
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('checking') });
    expect(server.calls().filter(line => line.endsWith('/merge')).length).toBeLessThan(10);
  });

  const REFUSED = ['draft_status', 'not_approved', 'ci_must_pass', 'discussions_not_resolved', 'need_rebase'];
  for (const status of REFUSED) {
    it(`says that it is refused: ${status}`, async () => {
      const { server, forge, pullRequest } = await proposed();
      server.world.settings.mergeStatus = status;
      const outcome = await forge.pullRequests.merge(pullRequest, 'merge');
      expect(outcome).toEqual({
        kind: 'refused',
        reason: expect.stringContaining(status.replaceAll('_', ' ')),
      });
    });
  }

  it('says that it conflicts, or was closed meanwhile', async () => {
    const { server, forge, pullRequest } = await proposed();
    pushFiles(server, { 'qa/values.yaml': 'image: other\n' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({ kind: 'refused' });
    await server.as('alice', 'PUT', 'merge_requests/1', { state_event: 'close' });
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toEqual({
      kind: 'refused',
      reason: 'it is closed',
    });
  });
});
