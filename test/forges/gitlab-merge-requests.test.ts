import { expect, it } from 'vitest';
import { git } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { CONTENT, kept, openForge, propose, pushFiles, useGitLab } from './gitlab-fixture.ts';

const writes = (calls: readonly string[]) => calls.filter(line => !line.startsWith('GET '));

describeWith(['git'], 'merge requests', () => {
  it('are opened with labels, people and a body, and found again', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const content = {
      ...CONTENT,
      assignees: ['bob'],
      reviewers: ['Alice', 'carol'],
      labels: ['promotion', 'qa'],
    };
    const { head, pullRequest } = await propose(server, forge, content);
    expect(pullRequest).toEqual({
      number: 1,
      url: `${server.url}/acme/platform/gitops/-/merge_requests/1`,
      branch: 'promote/qa/api',
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
    expect(one.labels).toEqual(['promotion', 'qa']);
    expect(one.reviewers.map(({ username }) => username)).toEqual(['alice', 'carol']);
    expect(one.assignees.map(({ username }) => username)).toEqual(['bob']);
    server.calls();
    expect(await forge.pullRequests.find('promote/qa/api', 'main')).toEqual(pullRequest);
    expect(server.calls()).toHaveLength(2);
    expect(await forge.pullRequests.find('promote/qa/api', 'develop')).toBeUndefined();
    expect(await forge.pullRequests.find('promote/qa', 'main')).toBeUndefined();
  });

  it('have their branch as head, although GitLab follows only after a while', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    await propose(server, forge);
    server.world.settings.follows = false;
    const head = pushFiles(server, { 'qa/values.yaml': 'image: c\n' }, { branch: 'promote/qa/api' });
    expect(await forge.pullRequests.find('promote/qa/api', 'main')).toMatchObject({ head });
  });

  it('of forks are none of ours, whatever their branch is called', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    const own = kept(server, pullRequest.number);
    server.world.mergeRequests.push({ ...own, iid: 2, source_project_id: 99 });
    expect(await forge.pullRequests.find('promote/qa/api', 'main')).toMatchObject({ number: 1 });
  });

  it('tell a person who closed one from a branch that was cleaned up, and from a bot', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    await propose(server, forge);
    const found = async () => await forge.pullRequests.find('promote/qa/api', 'main');
    await server.as('alice', 'PUT', 'merge_requests/1', { state_event: 'close' });
    expect((await found())?.closing).toBeUndefined();
    Object.assign(kept(server, 1), {
      closedBy: { ...kept(server, 1).closedBy, username: 'project_7_bot_x' },
    });
    expect(await found()).toMatchObject({ closing: 'bot' });
    Object.assign(kept(server, 1), { state: 'opened', closedBy: undefined, closedAt: undefined });
    git(server.world, ['update-ref', '-d', 'refs/heads/promote/qa/api']);
    expect(await found()).toMatchObject({ state: 'closed', closing: 'branch' });
  });

  it('are found when closed or merged, with who closed them', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    await propose(server, forge);
    await server.as('alice', 'PUT', 'merge_requests/1', { state_event: 'close' });
    expect(await forge.pullRequests.find('promote/qa/api', 'main')).toMatchObject({
      state: 'closed',
      closedBy: { name: 'alice' },
      endedAt: expect.any(Date),
    });
    await forge.pullRequests.open('promote/qa/api', 'main', CONTENT);
    expect(await forge.pullRequests.find('promote/qa/api', 'main')).toMatchObject({
      number: 2,
      state: 'open',
    });
    await server.as('carol', 'PUT', 'merge_requests/2/merge');
    const merged = await forge.pullRequests.find('promote/qa/api', 'main');
    expect(merged).toMatchObject({ number: 2, state: 'merged', endedAt: expect.any(Date) });
    expect(merged).not.toHaveProperty('closedBy');
  });

  it('are updated by one request that holds what differs, and by none where nothing does', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    server.calls();
    await forge.pullRequests.update(pullRequest, CONTENT);
    expect(writes(server.calls())).toEqual([]);
    await server.as('bob', 'PUT', 'merge_requests/1', { add_labels: ['urgent'] });
    const content = { ...CONTENT, title: 'Promote api 1.3', labels: ['promotion', 'qa'], assignees: ['bob'] };
    const updated = await forge.pullRequests.update(pullRequest, content);
    expect(updated).toMatchObject({ title: 'Promote api 1.3', body: 'api 1.2.3\n' });
    expect(kept(server, 1)).toMatchObject({
      labels: ['promotion', 'urgent', 'qa'],
      assignees: [{ username: 'bob' }],
    });
    expect(writes(server.calls())).toHaveLength(1);
  });

  it('lose the labels that are unwanted, by the same request', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge, {
      ...CONTENT,
      labels: ['mine', 'promote: waiting'],
    });
    server.calls();
    const moved = {
      ...CONTENT,
      labels: ['promote: ready'],
      unwanted: ['promote: waiting', 'promote: blocked'],
    };
    await forge.pullRequests.update(pullRequest, moved);
    expect(kept(server, 1).labels).toEqual(['mine', 'promote: ready']);
    await forge.pullRequests.update(pullRequest, moved);
    expect(writes(server.calls())).toHaveLength(1);
  });

  it('are drafts until a person marks them ready', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const draft = { ...CONTENT, draft: true };
    const { pullRequest } = await propose(server, forge, draft);
    expect(pullRequest).toMatchObject({ title: CONTENT.title, draft: true });
    expect(kept(server, 1).title).toBe('Draft: Promote api to qa');
    await forge.pullRequests.update(pullRequest, { ...draft, title: 'Promote web' });
    expect(kept(server, 1).title).toBe('Draft: Promote web');
    await server.as('alice', 'PUT', 'merge_requests/1', { title: 'Promote web' });
    const ready = await forge.pullRequests.update(pullRequest, { ...draft, title: 'Promote all' });
    expect(ready).toMatchObject({ title: 'Promote all', draft: false });
  });

  it('on GitLab Free ask the one reviewer it keeps, and not the others with each run', async () => {
    const server = await useGitLab();
    server.world.settings.tier = 'free';
    const forge = openForge(server);
    const content = { ...CONTENT, reviewers: ['alice', 'bob'] };
    const { pullRequest } = await propose(server, forge, content);
    expect(kept(server, 1).reviewers.map(({ username }) => username)).toEqual(['alice']);
    server.calls();
    await forge.pullRequests.update(pullRequest, content);
    expect(writes(server.calls())).toEqual([]);
  });

  it('name whom they cannot ask', async () => {
    const server = await useGitLab();
    const notices: string[] = [];
    const forge = openForge(server, { notice: text => notices.push(text) });
    const reviewers = ['alice', 'mallory', 'acme/release-managers'];
    await propose(server, forge, { ...CONTENT, reviewers });
    expect(notices.map(text => reviewers.find(name => text.includes(name)))).toEqual(reviewers.slice(1));
    expect(kept(server, 1).reviewers.map(({ username }) => username)).toEqual(['alice']);
  });

  it('are one for two runs at once, with the content of the later', async () => {
    const server = await useGitLab();
    const runs = [openForge(server), openForge(server)];
    pushFiles(server, { 'qa/values.yaml': 'image: a\n' });
    pushFiles(server, { 'qa/values.yaml': 'image: b\n' }, { branch: 'promote/qa/api', on: 'main' });
    const opened = await Promise.all(
      runs.map(({ pullRequests }, at) =>
        pullRequests.open('promote/qa/api', 'main', { ...CONTENT, labels: [`run-${at}`] }),
      ),
    );
    expect(opened.map(({ number }) => number)).toEqual([1, 1]);
    expect(server.world.mergeRequests).toHaveLength(1);
    expect(kept(server, 1).labels.toSorted()).toEqual(['run-0', 'run-1']);
  });

  it('are closed with one note that says why', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const { pullRequest } = await propose(server, forge);
    await forge.pullRequests.close(pullRequest, 'nothing is left to promote\n/merge');
    expect(kept(server, 1)).toMatchObject({
      state: 'closed',
      notes: [{ body: 'nothing is left to promote\n\\/merge' }],
    });
  });

  it('carry out no quick action that text from outside holds, and cut what GitLab refuses', async () => {
    const server = await useGitLab();
    const forge = openForge(server);
    const body = 'subject:\r\n/merge\n  /approve\n> /close\na path: /etc/hosts\n1/2';
    const title = `${'x'.repeat(253)}🚀🚀`;
    const content = { ...CONTENT, body, title };
    const { pullRequest } = await propose(server, forge, content);
    const { description, notes, title: shown } = kept(server, 1);
    expect(notes).toEqual([]);
    expect(description).toBe('subject:\n\\/merge\n  \\/approve\n> \\/close\na path: /etc/hosts\n1/2');
    expect(shown.length).toBeLessThanOrEqual(255);
    expect(shown.isWellFormed()).toBe(true);
    server.calls();
    await forge.pullRequests.update(pullRequest, content);
    expect(writes(server.calls())).toEqual([]);
  });

  it('get a status once, and again when it changes', async () => {
    const server = await useGitLab();
    const { pullRequests } = openForge(server);
    const commit = pushFiles(server, { 'a.yaml': 'a\n' });
    const context = 'promote/qa/api';
    const set = async (state: 'pending' | 'success' | 'failure', description: string) => {
      server.calls();
      await pullRequests.setStatus(commit, { context, state, description, url: 'https://ci.example.com/1' });
      return writes(server.calls()).length;
    };
    expect(await set('pending', 'waits for 1 approval')).toBe(1);
    expect(await set('pending', 'waits for 1 approval')).toBe(0);
    // GitLab would refuse it, run after run.
    expect(await set('pending', 'waits for 2 approvals')).toBe(0);
    expect(await set('success', 'promoted')).toBe(1);
    expect(await set('success', 'promoted')).toBe(0);
    expect(await set('failure', 'frozen')).toBe(1);
    expect(await set('pending', 'waits for 1 approval')).toBe(1);
    expect(server.world.statuses.map(({ status }) => status)).toEqual(['success', 'failed', 'pending']);
    expect(git(server.world, ['cat-file', '-t', commit])?.toString()).toBe('commit\n');
    const again = { context: 'promote/qa/web', state: 'pending', description: 'waits' } as const;
    await Promise.all(
      [pullRequests, openForge(server).pullRequests].map(one => one.setStatus(commit, again)),
    );
    expect(server.world.statuses.filter(({ name }) => name === again.context)).toHaveLength(1);
    const gone = pullRequests.setStatus('1'.repeat(40), { context, state: 'success', description: '' });
    await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
