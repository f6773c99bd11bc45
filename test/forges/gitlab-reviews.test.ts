import { expect, it } from 'vitest';
import { change } from '../git/fixture.ts';
import { tokenOf } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { CONTENT, kept, openForge, propose, pushFiles, useGitLab } from './gitlab-fixture.ts';

async function proposed() {
  const server = await useGitLab();
  const forge = openForge(server);
  const made = await propose(server, forge);
  const approve = (name: string) => server.as(name, 'POST', 'merge_requests/1/approve', {});
  return { server, forge, approve, ...made };
}

describeWith(['git'], 'reviews of a merge request', () => {
  it('stand for the head that was the newest version when they were given', async () => {
    const { server, forge, approve, head, pullRequest } = await proposed();
    await approve('alice');
    const next = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    await approve('bob');
    server.calls();
    const reviews = await forge.pullRequests.reviews(pullRequest);
    expect(reviews).toMatchObject([
      { reviewer: { name: 'alice' }, verdict: 'approved', commit: head, canWrite: true },
      { reviewer: { name: 'bob' }, verdict: 'approved', commit: next, canWrite: true },
    ]);
    expect(server.calls()).toHaveLength(4);
  });

  it('do not move to a version that GitLab made only after they were given', async () => {
    const { server, forge, approve, head, pullRequest } = await proposed();
    server.world.settings.follows = false;
    pushFiles(server, { 'qa/values.yaml': 'image: evil\n' }, { branch: 'promote/qa/api' });
    await approve('alice');
    server.world.settings.follows = true;
    const [review] = await forge.pullRequests.reviews(pullRequest);
    expect(review?.commit).toBe(head);
  });

  it('say who may write: Developers and above, inherited members included', async () => {
    const { server, forge, approve, pullRequest } = await proposed();
    for (const name of ['carol', 'bob']) await approve(name);
    kept(server, 1).approvals.set(15, server.world.now());
    kept(server, 1).approvals.set(16, server.world.now());
    const reviews = await forge.pullRequests.reviews(pullRequest);
    const rights = reviews.map(({ reviewer, canWrite }) => `${reviewer.name}: ${canWrite}`);
    expect(rights).toEqual(['carol: true', 'bob: true', 'rita: false', 'mallory: false']);
  });

  it('have no commit where GitLab does not tell when they were given', async () => {
    const { server, forge, pullRequest } = await proposed();
    kept(server, 1).approvals.set(12, '');
    expect(await forge.pullRequests.reviews(pullRequest)).toEqual([
      expect.not.objectContaining({ commit: expect.anything() }),
    ]);
  });

  it('have their time from the notes of a GitLab whose approvals have none', async () => {
    const { server, forge, approve, head, pullRequest } = await proposed();
    server.world.settings.hasApprovedAt = false;
    await approve('alice');
    await server.as('alice', 'POST', 'merge_requests/1/unapprove', {});
    const next = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    await approve('bob');
    await approve('alice');
    // A person's own words are no note of GitLab, and what was taken back has no time any more.
    pushFiles(server, { 'qa/values.yaml': 'image: d\n' }, { branch: 'promote/qa/api' });
    await server.as('alice', 'POST', 'merge_requests/1/notes', { body: 'approved this merge request' });
    await approve('carol');
    await server.as('carol', 'POST', 'merge_requests/1/unapprove', {});
    kept(server, 1).approvals.set(14, server.world.now());
    const reviews = await forge.pullRequests.reviews(pullRequest);
    const commits = new Map(reviews.map(({ reviewer, commit }) => [reviewer.name, commit]));
    expect(commits).toEqual(
      new Map([
        ['alice', next],
        ['bob', next],
        ['carol', undefined],
      ]),
    );
    expect(next).not.toBe(head);
  });

  it('tell a request for changes until it is taken back, also after an approval', async () => {
    const { server, forge, approve, head, pullRequest } = await proposed();
    await approve('alice');
    const { against } = kept(server, 1);
    against.add(12);
    expect(await forge.pullRequests.reviews(pullRequest)).toMatchObject([
      { reviewer: { name: 'alice' }, verdict: 'changes-requested', commit: head },
    ]);
    against.delete(12);
    expect(await forge.pullRequests.reviews(pullRequest)).toMatchObject([{ verdict: 'approved' }]);
  });
});

describeWith(['git'], 'what else GitLab shows', () => {
  it('lists what a branch pointed at, and who pushed it, whoever the commit says it is by', async () => {
    const { server, forge, head, pullRequest } = await proposed();
    const bob = openForge(server, { token: tokenOf('bob') });
    const { branch } = pullRequest;
    const outcome = await bob.repository.commit(
      change(head, { 'b.yaml': 'b\n' }, { branch, expected: head }),
    );
    const commit = outcome.kind === 'committed' ? outcome.commit : '';
    const now = { ...pullRequest, head: commit };
    expect((await forge.viewer()).name).toBe('promote');
    expect((await forge.heads(now)).map(one => [one.commit, one.pusher?.name, one.parent])).toEqual([
      [head, 'alice', expect.any(String)],
      [commit, 'bob', head],
    ]);
  });

  it('finds where two commits parted', async () => {
    const { forge, base, head, server } = await proposed();
    const main = pushFiles(server, { 'README.md': 'newer\n' });
    expect(await forge.mergeBase(head, main)).toBe(base);
    expect(await forge.mergeBase(head, '1'.repeat(40))).toBeUndefined();
  });

  it('lists the members of a group, and fails for one it cannot see', async () => {
    const { forge } = await proposed();
    expect(await forge.groupMembers('acme/release-managers')).toEqual([{ id: '14', name: 'carol' }]);
    await expect(forge.groupMembers('acme/secret')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows who approved the deployment of a job', async () => {
    const { server, forge } = await proposed();
    const approvals = [
      { username: 'carol', status: 'approved' },
      { username: 'bob', status: 'rejected' },
    ];
    server.world.deployments.push({ id: 3, environment: 'production', job: 42, approvals });
    for (const tokenKind of ['private', 'job'] as const) {
      const seen = await openForge(server, { tokenKind }).deploymentApprovals('production', 42);
      expect(seen).toMatchObject([
        { reviewer: { name: 'carol' }, verdict: 'approved', environments: ['production'] },
        { reviewer: { name: 'bob' }, verdict: 'rejected' },
      ]);
    }
    await expect(forge.deploymentApprovals('production', 43)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows what a merge asks for, as far as the tier has it', async () => {
    const { server, forge } = await proposed();
    server.world.settings.pipelineMustSucceed = true;
    expect(await forge.mergeRequirements('main')).toEqual({
      pipeline: 'must-succeed',
      ownPipelines: 'none',
      wantsRebase: false,
      mergeTrains: false,
      forks: true,
      outdated: undefined,
      discussions: 'free',
      branch: { pushedBy: 'maintainers', mayPush: true },
      approvals: [{ name: 'Release', count: 2, users: [], groups: ['acme/release-managers'] }],
    });
    Object.assign(server.world.settings, { version: '17.10.4', forks: 'disabled', mergeTrains: true });
    const jobs = [{ name: 'answer for merge request', status: 'success' }];
    const pipeline = { source: 'merge_request_event', sha: '', ref: '', sourceSha: undefined };
    server.world.pipelines.push({ id: 1, jobs: [], ...pipeline }, { id: 2, jobs, ...pipeline });
    expect(await openForge(server).mergeRequirements('main')).toMatchObject({
      ownPipelines: 'with-gate',
      mergeTrains: true,
      forks: false,
      outdated: '17.10.4',
    });
    server.world.settings.version = '17.11.0';
    server.world.pipelines.pop();
    expect(await openForge(server).mergeRequirements('main')).toMatchObject({
      ownPipelines: 'without-gate',
      outdated: undefined,
    });
    server.world.settings.tier = 'free';
    expect(await openForge(server).mergeRequirements('main')).toMatchObject({ approvals: undefined });
  });

  it('asks once who pushed, for all merge requests together', async () => {
    const { server, forge, pullRequest } = await proposed();
    const change = { 'qa/values.yaml': 'image: d\n' };
    pushFiles(server, change, { branch: 'promote/qa/web', on: 'main' });
    const other = await forge.pullRequests.open('promote/qa/web', 'main', CONTENT);
    server.calls();
    const { heads } = openForge(server);
    const found = [await heads(pullRequest), await heads(other)];
    expect(found.map(([head]) => head?.pusher?.name)).toEqual(['alice', 'alice']);
    expect(server.calls().filter(call => call.includes('/events'))).toHaveLength(1);
    // What was pushed since is looked up.
    const next = pushFiles(server, { 'qa/values.yaml': 'image: e\n' }, { branch: 'promote/qa/web' });
    const [, fresh] = await heads({ ...other, head: next });
    expect([fresh?.commit, fresh?.pusher?.name]).toEqual([next, 'alice']);
  });

  it('reads the notes of a release, and leaves out what cannot be seen', async () => {
    const { server, forge } = await proposed();
    server.world.releases.set('v1.0.0', 'Brews tea');
    const path = 'acme/platform/gitops';
    expect(await forge.releaseNotes(path, 'v1.0.0')).toEqual({
      url: expect.stringContaining('/-/releases/v1.0.0'),
      text: 'Brews tea',
    });
    expect(await forge.releaseNotes(path, 'v2.0.0')).toBeUndefined();
    expect(await forge.releaseNotes('acme/secret', 'v1.0.0')).toBeUndefined();
  });

  it('compares revisions of a project, and leaves out what cannot be seen', async () => {
    const { server, forge, base } = await proposed();
    pushFiles(server, { 'README.md': '1\n' }, { message: 'first\n\nbody' });
    const head = pushFiles(server, { 'README.md': '2\n' }, { message: 'second' });
    const path = 'acme/platform/gitops';
    expect(await forge.compareCommits(path, base, head)).toEqual({
      url: expect.stringContaining(base),
      total: 2,
      commits: [{ subject: 'first' }, { subject: 'second' }],
    });
    expect(await forge.compareCommits(path, head, base)).toBeUndefined();
    expect(await forge.compareCommits('acme/secret', base, head)).toBeUndefined();
  });
});
