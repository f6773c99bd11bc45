import { expect, it } from 'vitest';
import { gitText } from '../servers/bare-git.ts';
import { notePusher } from '../servers/forgejo/follow.ts';
import { type User, userNamed, type World } from '../servers/forgejo/world.ts';
import { protectionOf, tokenOf } from '../servers/forgejo.ts';
import { describeWith } from '../servers/tools.ts';
import { JOB, kept, openForge, propose, pushFiles, useForgejo } from './forgejo-fixture.ts';

const BRANCH = 'promote/qa/api';
const APPROVED = { event: 'APPROVED' };

/** Has the next push be of somebody, seen at once. */
async function pushed(
  server: Awaited<ReturnType<typeof useForgejo>>,
  who: User,
  files: Record<string, string>,
) {
  notePusher(server.world, who);
  const commit = pushFiles(server, files, { branch: BRANCH });
  await server.as('rita', 'GET', 'pulls/1');
  return commit;
}

function hide({ activity }: World): void {
  for (const [at, entry] of activity.entries())
    activity[at] = { ...entry, by: { ...entry.by, keepsActivityPrivate: true } };
}

describeWith(['git'], 'reviews on Forgejo', () => {
  it('are the latest of each person, with the commit that they were given on', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { head, pullRequest } = await propose(server, forge);
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'REQUEST_CHANGES', body: 'no' });
    await server.as('bob', 'POST', 'pulls/1/reviews', APPROVED);
    await server.as('alice', 'POST', 'pulls/1/reviews', APPROVED);
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'COMMENT', body: 'nice' });
    await server.as('rita', 'POST', 'pulls/1/reviews', APPROVED);
    expect((await server.as('promote', 'POST', 'pulls/1/reviews', APPROVED)).status).toBe(422);
    const next = await pushed(server, userNamed(server.world, 'promote'), { 'qa/values.yaml': 'image: c\n' });
    await server.as('carol', 'POST', 'pulls/1/reviews', APPROVED);
    const given = await forge.pullRequests.reviews(pullRequest);
    expect(
      given.map(({ reviewer, verdict, commit, canWrite }) => [reviewer.name, verdict, commit, canWrite]),
    ).toEqual([
      ['bob', 'approved', head, true],
      ['alice', 'approved', head, true],
      ['rita', 'approved', head, false],
      ['carol', 'approved', next, true],
    ]);
  });

  it('count no more once they are dismissed, or asked for again', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    await server.as('alice', 'POST', 'pulls/1/reviews', APPROVED);
    await server.as('bob', 'POST', 'pulls/1/reviews', APPROVED);
    const [alice] = kept(server, 1).reviews;
    await server.as('carol', 'POST', `pulls/1/reviews/${alice?.id}/dismissals`, { message: 'old' });
    await server.as('carol', 'POST', 'pulls/1/requested_reviewers', { reviewers: ['bob'] });
    const given = await forge.pullRequests.reviews(pullRequest);
    expect(given.map(({ reviewer, verdict }) => [reviewer.name, verdict])).toEqual([['alice', 'dismissed']]);
  });

  it('count by the list of approvers where the branch has one, and by the right of today where that may be read', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    const lists = { enable_approvals_whitelist: true, approvals_whitelist_username: ['bob', 'rita'] };
    server.world.rules.push(protectionOf('main', lists));
    for (const name of ['alice', 'bob', 'rita']) await server.as(name, 'POST', 'pulls/1/reviews', APPROVED);
    const counted = async (options = {}) =>
      (await openForge(server, options).pullRequests.reviews(pullRequest))
        .filter(({ canWrite }) => canWrite)
        .map(({ reviewer }) => reviewer.name);
    expect(await counted()).toEqual(['bob']);
    // Who administers nothing may not ask, and goes by what Forgejo noted with the review.
    expect(await counted({ token: tokenOf('alice') })).toEqual(['bob', 'rita']);
    await expect(
      openForge(server, { token: tokenOf('alice') }).mayWrite({ id: '13', name: 'bob' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining('administers') });
    expect(await forge.mayWrite({ id: '15', name: 'rita' })).toBe(false);
  });

  it('of a team come from its members, and from nobody where it cannot be seen', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    expect(await forge.teamMembers('acme/Release-Managers')).toEqual([{ id: '14', name: 'carol' }]);
    for (const [team, code] of [
      ['acme/none', 'NOT_FOUND'],
      ['other/team', 'NOT_FOUND'],
      ['acme', 'CONFIGURATION'],
    ] as const)
      await expect(forge.teamMembers(team), team).rejects.toMatchObject({ code });
    const job = openForge(server, JOB).teamMembers('acme/release-managers');
    await expect(job).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('member of acme'),
    });
  });
});

describeWith(['git'], 'the heads of a pull request on Forgejo', () => {
  it('are all that its branch pointed at while it was open, with who pushed each', async () => {
    const server = await useForgejo();
    const { world } = server;
    const forge = openForge(server);
    const [promote, bob] = [userNamed(world, 'promote'), userNamed(world, 'bob')];
    notePusher(world, promote);
    const { base, head, pullRequest } = await propose(server, forge);
    const second = await pushed(server, bob, { 'qa/values.yaml': 'image: c\n' });
    const heads = await forge.heads({ ...pullRequest, head: second });
    expect(heads).toEqual([
      { commit: head, pusher: { id: '11', name: 'promote' }, message: 'work\n', parent: base },
      { commit: second, pusher: { id: '13', name: 'bob' }, message: 'work\n', parent: head },
    ]);
  });

  it('go on from the one that was reviewed where the branch is moved on by a commit of two parents', async () => {
    const server = await useForgejo();
    const { world } = server;
    const forge = openForge(server);
    const promote = userNamed(world, 'promote');
    notePusher(world, promote);
    const { head, pullRequest } = await propose(server, forge);
    await server.as('alice', 'POST', 'pulls/1/reviews', APPROVED);
    const base = pushFiles(server, { 'README.md': 'newer\n' });
    const tree = gitText(world, 'merge-tree', '--write-tree', base, head) ?? '';
    const on = gitText(world, 'commit-tree', tree, '-p', base, '-p', head, '-m', 'on') ?? '';
    await server.as('rita', 'GET', 'pulls/1');
    notePusher(world, promote);
    gitText(world, 'update-ref', `refs/heads/${BRANCH}`, on, head);
    await server.as('rita', 'GET', 'pulls/1');
    expect(await forge.heads({ ...pullRequest, head: on })).toMatchObject([
      { commit: head, pusher: { name: 'promote' } },
      { commit: on, pusher: { name: 'promote' }, parent: base },
    ]);
    expect(await forge.pullRequests.reviews(pullRequest)).toMatchObject([{ commit: head }]);
  });

  it('have no pusher where that is kept private, nor where the push is not noted yet', async () => {
    const server = await useForgejo();
    const { world } = server;
    const forge = openForge(server);
    notePusher(world, userNamed(world, 'bob'));
    const { head, pullRequest } = await propose(server, forge);
    world.settings.follows = false;
    const late = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: BRANCH });
    expect(await forge.heads({ ...pullRequest, head: late })).toMatchObject([
      { commit: head, pusher: { name: 'bob' } },
      { commit: late, pusher: undefined },
    ]);
    hide(world);
    expect(await forge.heads(pullRequest)).toMatchObject([{ commit: head, pusher: undefined }]);
  });

  it('are told from a forced push, whoever hides comments between', async () => {
    const server = await useForgejo();
    const { world } = server;
    const forge = openForge(server);
    notePusher(world, userNamed(world, 'promote'));
    const { base, head, pullRequest } = await propose(server, forge);
    const one = kept(server, 1);
    const [user, created_at] = [userNamed(world, 'bob'), world.now()];
    for (let count = 0; count < 60; count += 1) one.events.push({ type: 'code', user, body: '', created_at });
    const forced = JSON.stringify({ is_force_push: true, commit_ids: [head, base] });
    one.events.push({ type: 'pull_push', user, body: forced, created_at });
    expect(await forge.heads({ ...pullRequest, head: base })).toMatchObject([
      { commit: head, pusher: { name: 'promote' } },
      { commit: base, pusher: { name: 'bob' } },
    ]);
  });

  it('were pushed by a job where its own token acts, which nothing lists', async () => {
    const server = await useForgejo();
    const { world } = server;
    const forge = openForge(server, JOB);
    notePusher(world, userNamed(world, 'forgejo-actions'));
    const { pullRequest } = await propose(server, forge);
    expect(await forge.viewer()).toEqual({ id: '-2', name: 'forgejo-actions' });
    expect(await forge.heads(pullRequest)).toMatchObject([{ pusher: undefined }]);
    expect(await openForge(server).viewer()).toEqual({ id: '11', name: 'promote' });
  });
});
