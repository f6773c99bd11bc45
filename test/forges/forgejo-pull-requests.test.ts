import { expect, it } from 'vitest';
import { git } from '../servers/bare-git.ts';
import { describeWith } from '../servers/tools.ts';
import { CONTENT, kept, openForge, propose, pushFiles, useForgejo } from './forgejo-fixture.ts';

const BRANCH = 'promote/qa/api';
const writes = (calls: readonly string[]) => calls.filter(line => !line.startsWith('GET '));

describeWith(['git'], 'pull requests on Forgejo', () => {
  it('are opened with labels, people and a body, and found again by one request', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const content = {
      ...CONTENT,
      labels: ['promotion', 'shared'],
      reviewers: ['alice', 'promote', 'mallory', 'acme/release-managers', 'other/team'],
      assignees: ['bob', 'nobody'],
    };
    const notices: string[] = [];
    const noticing = openForge(server, { notice: text => notices.push(text) });
    const { head, pullRequest } = await propose(server, noticing, content);
    expect(pullRequest).toEqual({
      number: 1,
      url: `${server.url}/acme/gitops/pulls/1`,
      branch: BRANCH,
      base: 'main',
      head,
      state: 'open',
      title: 'Promote api to qa',
      body: 'api 1.2.3\n',
      draft: false,
      author: { id: '11', name: 'promote' },
      openedAt: expect.any(Date),
    });
    const one = kept(server, 1);
    expect(one.labels.map(id => server.world.labels.find(label => label.id === id)?.name)).toEqual(
      content.labels,
    );
    expect(one.reviews.map(({ user, state }) => [user.login, state])).toEqual([['alice', 'REQUEST_REVIEW']]);
    expect([one.teams, one.assignees.map(({ login }) => login)]).toEqual([['release-managers'], ['bob']]);
    const told = ['nobody', 'promote is its author', 'other/team', 'mallory'];
    expect(told.filter(name => !notices.some(notice => notice.includes(name)))).toEqual([]);
    server.calls();
    expect(await forge.pullRequests.find(BRANCH, 'main')).toEqual(pullRequest);
    expect(server.calls()).toHaveLength(1);
    expect(await forge.pullRequests.find(BRANCH, 'develop')).toBeUndefined();
    expect(await forge.pullRequests.find('promote/qa', 'main')).toBeUndefined();
  });

  it('are found as the newest of their branch, beyond a page of others, and never those of forks', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    await propose(server, forge);
    const { pulls } = server.world;
    const first = kept(server, 1);
    const merged = {
      ...first,
      state: 'closed' as const,
      mergedAt: server.world.now(),
      mergeCommit: first.head,
    };
    pulls.splice(0, 1, merged, { ...first, number: 2 });
    for (let number = 3; number < 63; number += 1)
      pulls.push({ ...first, number, branch: `feature/${number}` });
    pulls.push({ ...first, number: 70, fork: true });
    // By a reader who is called as the branches begin.
    pulls.unshift({ ...first, number: 71, isAgit: true });
    server.calls();
    expect(await forge.pullRequests.find(BRANCH, 'main')).toMatchObject({ number: 2, state: 'open' });
    expect(await forge.pullRequests.find('promote/qa/none', 'main')).toBeUndefined();
    // Of one page, the answer for the two branches says that there is none.
    expect(server.calls().slice(-2)).toEqual([
      expect.stringContaining('/pulls?'),
      expect.stringContaining('/pulls/main/promote/qa/none'),
    ]);
    const listed = await forge.openPullRequests('promote/', 'main');
    expect(listed.map(({ number }) => number)).toEqual([2]);
    expect(await forge.proposedMerge(71)).toMatchObject({ branch: 'refs/pull/71/head' });
    pulls.splice(
      pulls.findIndex(({ number }) => number === 2),
      1,
    );
    expect(await forge.pullRequests.find(BRANCH, 'main')).toMatchObject({ number: 1, state: 'merged' });
  });

  it('tell a person who closed one from a branch that was cleaned up, and from a job', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    await propose(server, forge);
    const found = async () => await forge.pullRequests.find(BRANCH, 'main');
    await server.as('alice', 'PATCH', 'pulls/1', { state: 'closed' });
    const closed = await found();
    expect(closed).toMatchObject({ state: 'closed', closedBy: { name: 'alice' }, endedAt: expect.any(Date) });
    expect(closed?.closing).toBeUndefined();
    const one = kept(server, 1);
    const [event] = one.events.splice(0);
    if (event === undefined) expect.fail('nothing was closed');
    one.events.push({ ...event, user: { ...event.user, login: 'forgejo-actions' } });
    expect(await found()).toMatchObject({ closing: 'bot' });
    one.events.splice(0);
    Object.assign(one, { state: 'open', closedAt: undefined });
    git(server.world, ['update-ref', '-d', `refs/heads/${BRANCH}`]);
    expect(await found()).toMatchObject({ state: 'closed', branch: BRANCH, closing: 'branch' });
  });

  it('lose the labels that are unwanted', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge, {
      ...CONTENT,
      labels: ['mine', 'promote: waiting'],
    });
    const moved = {
      ...CONTENT,
      labels: ['promote: ready'],
      unwanted: ['promote: waiting', 'promote: blocked'],
    };
    await forge.pullRequests.update(pullRequest, moved);
    const names = kept(server, 1).labels.map(id => server.world.labels.find(one => one.id === id)?.name);
    expect(names).toEqual(['mine', 'promote: ready']);
    server.calls();
    await forge.pullRequests.update(pullRequest, moved);
    expect(writes(server.calls())).toEqual([]);
  });

  it('are written only where something differs, and keep what people added', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    const { pullRequests } = forge;
    server.calls();
    await pullRequests.update(pullRequest, CONTENT);
    expect(writes(server.calls())).toEqual([]);
    const one = kept(server, 1);
    one.labels = [...one.labels, 3];
    const content = { ...CONTENT, title: 'Promote api 1.3', labels: ['promotion', 'qa'], assignees: ['bob'] };
    const updated = await pullRequests.update(pullRequest, content);
    expect(updated).toMatchObject({ title: 'Promote api 1.3', body: 'api 1.2.3\n' });
    expect(one.labels).toHaveLength(3);
    expect(one.assignees.map(({ login }) => login)).toEqual(['bob']);
    // A label is made, set; somebody is assigned; the text is written.
    expect(writes(server.calls())).toHaveLength(4);
    const long = { ...CONTENT, title: 'x'.repeat(300) };
    expect((await pullRequests.update(pullRequest, long)).title).toHaveLength(255);
  });

  it('ask nobody again who has given a review, since that would take it from the count', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVED' });
    await forge.pullRequests.update(pullRequest, { ...CONTENT, reviewers: ['alice', 'bob'] });
    const states = kept(server, 1).reviews.map(({ user, state, official }) => [user.login, state, official]);
    expect(states).toEqual([
      ['alice', 'APPROVED', true],
      ['bob', 'REQUEST_REVIEW', true],
    ]);
  });

  it('are drafts by their title until a person marks them ready', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const draft = { ...CONTENT, draft: true };
    const { pullRequest } = await propose(server, forge, draft);
    expect([pullRequest.draft, pullRequest.title, kept(server, 1).title]).toEqual([
      true,
      'Promote api to qa',
      'WIP: Promote api to qa',
    ]);
    expect(await forge.pullRequests.merge(pullRequest, 'merge')).toMatchObject({
      kind: 'refused',
      needs: 'person',
    });
    await server.as('alice', 'PATCH', 'pulls/1', { title: 'Promote api to qa' });
    expect(await forge.pullRequests.update(pullRequest, draft)).toMatchObject({ draft: false });
    expect(kept(server, 1).title).toBe('Promote api to qa');
  });

  it('are one where two open it at once', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    await propose(server, forge, { ...CONTENT, labels: [], reviewers: [] });
    const again = await forge.pullRequests.open(BRANCH, 'main', { ...CONTENT, title: 'Second' });
    expect([again.number, again.title, server.world.pulls.length]).toEqual([1, 'Second', 1]);
  });

  it('have a body that says so until everybody is asked', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    await propose(server, forge, { ...CONTENT, labels: [], reviewers: [] });
    await server.as('alice', 'PATCH', 'pulls/1', { state: 'closed' });
    const bodies: string[] = [];
    server.faults = line => {
      if (line.includes('requested_reviewers')) bodies.push(kept(server, 2).body);
      return undefined;
    };
    const made = await forge.pullRequests.open(BRANCH, 'main', CONTENT, 'not yet\n');
    expect([bodies, made.body, kept(server, 2).body]).toEqual([['not yet\n'], CONTENT.body, CONTENT.body]);
  });

  it('are closed with one comment that says why', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    await forge.pullRequests.close(pullRequest, 'No longer needed.');
    expect(kept(server, 1)).toMatchObject({ state: 'closed', comments: ['No longer needed.'] });
  });

  it('of anybody show what they change since their merge base, whatever came to the base', async () => {
    const server = await useForgejo();
    const forge = openForge(server);
    const { base, head } = await propose(server, forge);
    pushFiles(server, { 'README.md': 'newer\n' });
    expect(await forge.proposedMerge(1)).toMatchObject({
      branch: BRANCH,
      isOwn: true,
      base: 'main',
      conflicts: false,
      merge: { before: base, after: head },
    });
    Object.assign(kept(server, 1), { fork: true });
    expect(await forge.proposedMerge(1)).toMatchObject({ isOwn: false });
    expect(await forge.proposedMerge(9)).toBeUndefined();
  });
});
