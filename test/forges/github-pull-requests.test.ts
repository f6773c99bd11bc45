import { describe, expect, it } from 'vitest';
import type { PullRequestContent } from '../../src/forges/forge.ts';
import { fields, items, refusal } from '../servers/github/request.ts';
import { BOT } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const BRANCH = 'promote/qa/api';
const CONTENT: PullRequestContent = {
  title: 'Promote api to qa',
  body: 'a <b> $\u007b{ x }} @everyone\n\n| a |\n',
  labels: ['promotion'],
  reviewers: ['alice', 'acme/release-managers'],
  assignees: ['bob'],
  draft: false,
};

/** A repository whose promotion branch is one commit ahead. */
async function useProposal() {
  const server = await useGitHub();
  await pushFiles(server, { 'values.yaml': 'image: a\n' });
  const head = await pushFiles(
    server,
    { 'values.yaml': 'image: b\n' },
    { branch: BRANCH, on: 'main', login: BOT },
  );
  const notices: string[] = [];
  const { pullRequests } = openForge(server, { notice: text => notices.push(text) });
  server.calls();
  return { server, pullRequests, head, notices };
}

describe('pull requests on GitHub', () => {
  it('opens one with all it shall say, and finds it', async () => {
    const { server, pullRequests, head } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', CONTENT);
    expect(opened).toMatchObject({
      branch: BRANCH,
      base: 'main',
      head,
      state: 'open',
      author: { name: BOT },
    });
    expect(await pullRequests.find(BRANCH, 'main')).toEqual(opened);
    expect(await pullRequests.find(BRANCH, 'other')).toBeUndefined();
    const { body } = await server.as('alice', 'GET', `pulls/${opened.number}`);
    const shown = fields(body);
    expect(shown.body).toBe(CONTENT.body);
    expect(items(shown.labels).map(({ name }) => name)).toEqual(['promotion']);
    expect(items(shown.requested_reviewers).map(({ login }) => login)).toEqual(['alice']);
    expect(items(shown.requested_teams).map(({ slug }) => slug)).toEqual(['release-managers']);
    expect(items(shown.assignees).map(({ login }) => login)).toEqual(['bob']);
  });

  it.each([201, 403])('says that a draft was opened for review once it was (%d)', async status => {
    const { server, pullRequests, notices } = await useProposal();
    let asked = 0;
    server.faults = line => {
      if (line !== 'POST /repos/acme/gitops/pulls') return undefined;
      asked += 1;
      const message = 'Draft pull requests are not supported in this repository.';
      if (asked === 1) return { when: 'instead', ...refusal(422, message) };
      return status === 403 ? { when: 'instead', ...refusal(403, 'no') } : undefined;
    };
    const opening = pullRequests.open(BRANCH, 'main', { ...CONTENT, draft: true });
    if (status === 201) expect(await opening).toMatchObject({ state: 'open', draft: false });
    else await expect(opening).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(notices.filter(text => /draft/.test(text))).toHaveLength(status === 201 ? 1 : 0);
  });

  it('ends as one pull request where two runs open it at once', async () => {
    const { server, pullRequests } = await useProposal();
    const [one, other] = await Promise.all([
      pullRequests.open(BRANCH, 'main', CONTENT),
      openForge(server).pullRequests.open(BRANCH, 'main', CONTENT),
    ]);
    expect(one.number).toBe(other.number);
    expect(items((await server.as('alice', 'GET', 'pulls?state=all')).body)).toHaveLength(1);
  });

  it.each(['fork', 'gone'] as const)(
    'finds none of a fork, whatever its branch is called: %s',
    async where => {
      const { server, pullRequests } = await useProposal();
      const own = await pullRequests.open(BRANCH, 'main', CONTENT);
      // The emulator takes duplicates.
      const twin = { title: 'theirs', head: BRANCH, base: 'main' };
      const { body } = await server.world.emulated.ask('POST', '/repos/acme/gitops/pulls', twin);
      server.world.forked.set(Number(fields(body).number), where);
      expect((await pullRequests.find(BRANCH, 'main'))?.number).toBe(own.number);
      server.world.forked.set(own.number, where);
      expect(await pullRequests.find(BRANCH, 'main')).toBeUndefined();
    },
  );

  it('writes nothing over a hundred runs where nothing differs', async () => {
    const { server, pullRequests, head } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', CONTENT);
    const status = {
      context: 'promote/qa/api',
      state: 'pending',
      description: 'waits',
      url: 'https://ci/1',
    } as const;
    await pullRequests.setStatus(head, status);
    await server.as('alice', 'POST', `pulls/${opened.number}/reviews`, { event: 'APPROVE' });
    server.calls();
    for (let run = 0; run < 100; run += 1) {
      await pullRequests.update(opened, CONTENT);
      await pullRequests.setStatus(head, status);
    }
    expect(server.calls().filter(line => !line.startsWith('GET '))).toEqual([]);
  });

  it('writes only what differs, and takes nothing away that people added', async () => {
    const { server, pullRequests } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', CONTENT);
    await server.as('alice', 'POST', `issues/${opened.number}/labels`, { labels: ['mine'] });
    server.calls();
    const updated = await pullRequests.update(opened, { ...CONTENT, title: 'Promote api 1.1 to qa' });
    expect(updated.title).toBe('Promote api 1.1 to qa');
    expect(server.calls().filter(line => !line.startsWith('GET '))).toEqual([
      `PATCH /repos/acme/gitops/pulls/${opened.number}`,
    ]);
    const { body } = await server.as('alice', 'GET', `pulls/${opened.number}`);
    expect(items(fields(body).labels).map(({ name }) => name)).toEqual(['promotion', 'mine']);
  });

  it('takes away the labels that are unwanted, and no other', async () => {
    const { server, pullRequests } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', {
      ...CONTENT,
      labels: ['mine', 'promote: waiting'],
    });
    const moved = {
      ...CONTENT,
      labels: ['promote: ready'],
      unwanted: ['promote: waiting', 'promote: blocked'],
    };
    await pullRequests.update(opened, moved);
    const { body } = await server.as('alice', 'GET', `pulls/${opened.number}`);
    expect(items(fields(body).labels).map(({ name }) => name)).toEqual(['mine', 'promote: ready']);
    server.calls();
    await pullRequests.update(opened, moved);
    expect(server.calls().filter(line => !line.startsWith('GET '))).toEqual([]);
  });

  it('opens one for everybody in five requests, its body unfinished until the last', async () => {
    const { server, pullRequests } = await useProposal();
    const content = { ...CONTENT, reviewers: ['alice', 'acme/release-managers'], assignees: ['carol'] };
    server.calls();
    const { number, body } = await pullRequests.open(BRANCH, 'main', content, 'unfinished');
    expect(server.calls()).toEqual([
      'POST /repos/acme/gitops/pulls',
      `POST /repos/acme/gitops/issues/${number}/labels`,
      `POST /repos/acme/gitops/issues/${number}/assignees`,
      `POST /repos/acme/gitops/pulls/${number}/requested_reviewers`,
      `PATCH /repos/acme/gitops/pulls/${number}`,
    ]);
    expect(body).toBe(content.body);
    expect(fields((await server.as('alice', 'GET', `pulls/${number}`)).body).body).toBe(content.body);
  });

  it('asks whom it can and names whom it cannot', async () => {
    const { server, pullRequests, notices } = await useProposal();
    const reviewers = ['nobody-here', 'alice', BOT, 'acme/no-team'];
    const assignees = ['bob', 'not-here'];
    const { number } = await pullRequests.open(BRANCH, 'main', { ...CONTENT, reviewers, assignees });
    const { body } = await server.as('alice', 'GET', `pulls/${number}`);
    expect(items(fields(body).requested_reviewers).map(({ login }) => login)).toEqual(['alice']);
    expect(items(fields(body).assignees).map(({ login }) => login)).toEqual(['bob']);
    for (const name of ['nobody-here', BOT, 'no-team', 'not-here']) {
      expect(
        notices.filter(notice => notice.includes(name)),
        name,
      ).toHaveLength(1);
    }
  });

  it('closes with one comment and knows who closed it', async () => {
    const { server, pullRequests } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', CONTENT);
    await pullRequests.close(opened, 'nothing is left to promote');
    const found = await pullRequests.find(BRANCH, 'main');
    expect(found).toMatchObject({ state: 'closed', closedBy: opened.author });
    const { body } = await server.as('alice', 'GET', `issues/${opened.number}/comments`);
    expect(items(body).map(comment => comment.body)).toEqual(['nothing is left to promote']);
    const again = await pullRequests.open(BRANCH, 'main', CONTENT);
    expect((await pullRequests.find(BRANCH, 'main'))?.number).toBe(again.number);
  });

  it('tells who closed one from a branch that was cleaned up, and from a bot', async () => {
    const { server, pullRequests } = await useProposal();
    const { number } = await pullRequests.open(BRANCH, 'main', CONTENT);
    const found = async () => await pullRequests.find(BRANCH, 'main');
    await server.as('alice', 'PATCH', `pulls/${number}`, { state: 'closed' });
    expect(await found()).toMatchObject({ closedBy: { name: 'alice' } });
    expect((await found())?.closing).toBeUndefined();
    const ended = server.world.ended.get(number);
    if (ended?.closedAt === undefined) throw new Error('it is not closed');
    server.world.ended.set(number, { ...ended, closedBy: { id: 9, login: 'stale[bot]', type: 'Bot' } });
    expect(await found()).toMatchObject({ closing: 'bot' });
    // Who closes it, and deletes the branch a while later, has declined it.
    server.world.ended.set(number, { ...ended, deletedAt: ended.closedAt + 5000 });
    expect((await found())?.closing).toBeUndefined();
    await server.as('alice', 'PATCH', `pulls/${number}`, { state: 'open' });
    await server.as('alice', 'DELETE', `git/refs/${encodeURIComponent(`heads/${BRANCH}`)}`);
    expect(await found()).toMatchObject({ state: 'closed', closedBy: { name: 'alice' }, closing: 'branch' });
  });

  it('reads the latest opinion of each reviewer with its commit, comments aside', async () => {
    const { server, pullRequests, head } = await useProposal();
    const opened = await pullRequests.open(BRANCH, 'main', CONTENT);
    const review = async (login: string, event: string) =>
      Number(
        fields((await server.as(login, 'POST', `pulls/${opened.number}/reviews`, { event, body: 'x' })).body)
          .id,
      );
    await review('alice', 'REQUEST_CHANGES');
    await review('mallory', 'APPROVE');
    const dismissed = await review('bob', 'APPROVE');
    await review('alice', 'APPROVE');
    const newer = await pushFiles(server, { 'values.yaml': 'image: c\n' }, { branch: BRANCH });
    await review('alice', 'COMMENT');
    await review('carol', 'REQUEST_CHANGES');
    await server.as('carol', 'PUT', `pulls/${opened.number}/reviews/${dismissed}/dismissals`, {
      message: 'old',
    });
    const reviews = await pullRequests.reviews(opened);
    expect(
      reviews.map(({ reviewer, verdict, commit, canWrite }) => [reviewer.name, verdict, commit, canWrite]),
    ).toEqual([
      ['mallory', 'approved', head, false],
      ['bob', 'dismissed', head, true],
      ['alice', 'approved', head, true],
      ['carol', 'changes-requested', newer, true],
    ]);
    server.calls();
    await pullRequests.reviews(opened);
    expect(server.calls().filter(line => line.endsWith('/permission'))).toEqual([]);
  });
});
