import { expect, it } from 'vitest';
import { fields } from '../servers/github/request.ts';
import { BOT, READER } from '../servers/github.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const CONTENT = { title: 'p', body: '', labels: [], reviewers: [], assignees: [], draft: false };
const COMMAND = `/promote approve sha256:${'a'.repeat(64)}`;

async function proposed(count = 1) {
  const server = await useGitHub();
  const forge = openForge(server);
  await pushFiles(server, { 'a.yaml': 'old\n' });
  const pulls = [];
  for (let at = 0; at < count; at += 1) {
    const branch = `promote/production/${at}`;
    await pushFiles(server, { 'a.yaml': `${at}\n` }, { branch, on: 'main', login: BOT });
    pulls.push(await forge.pullRequests.open(branch, 'main', CONTENT));
  }
  const comment = async (login: string, body: string, number = 1) => {
    const answer = await server.as(login, 'POST', `issues/${number}/comments`, { body });
    return Number(fields(answer.body).id);
  };
  server.calls();
  return { server, forge, pulls, comment, pull: must(pulls[0]), ...forge };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there');
  return value;
}

it('comments on GitHub are as they were written, with who wrote them', async () => {
  const { approvalComments, comment, pull, server } = await proposed();
  await comment('alice', `${COMMAND}\r\n`);
  await comment(READER, COMMAND);
  const read = await approvalComments.read(pull);
  expect(read.map(({ author, text, isChanged }) => [author.name, text, isChanged])).toEqual([
    ['alice', `${COMMAND}\r\n`, false],
    [READER, COMMAND, false],
  ]);
  expect(read[0]?.url).toContain('#issuecomment-1');
  expect(server.calls()).toEqual(['GET /graphql']);
  const people = read.map(({ author }) => author);
  expect(await approvalComments.writers(people)).toEqual(new Set([read[0]?.author.id]));
});

it('comments on GitHub that anybody edited are told from others, in the very second of writing', async () => {
  const { approvalComments, comment, pull, server } = await proposed();
  const id = await comment('alice', 'looks good');
  expect((await server.as(READER, 'PATCH', `issues/comments/${id}`, { body: COMMAND })).status).toBe(403);
  await server.as('bob', 'PATCH', `issues/comments/${id}`, { body: COMMAND });
  expect(await approvalComments.read(pull)).toMatchObject([
    { author: { name: 'alice' }, text: COMMAND, isChanged: true },
  ]);
});

it("comments on GitHub by deleted accounts and by Apps are nobody's", async () => {
  const { approvalComments, comment, pull, server } = await proposed();
  await comment('alice', COMMAND);
  const { user } = must(server.world.comments[0]);
  server.world.gone.add(user.id);
  const app = { login: 'helper[bot]', id: 99 };
  const made = { id: 2, number: 1, user: app, body: COMMAND, createdAt: '2026-11-21T10:00:00Z' };
  server.world.comments.push(made);
  const read = await approvalComments.read(pull);
  expect(read.map(({ author }) => author)).toEqual([
    { id: '', name: 'ghost' },
    { id: '', name: 'helper' },
  ]);
  expect(await approvalComments.writers(read.map(({ author }) => author))).toEqual(new Set());
});

it('comments of many pull requests on GitHub are one request, and of one with many all pages are read', async () => {
  const { approvalComments, comment, pulls, server } = await proposed(3);
  for (const { number } of pulls) await comment('alice', `of ${number}`, number);
  const read = await Promise.all(pulls.map(pull => approvalComments.read(pull)));
  expect(read.map(([first]) => first?.text)).toEqual(pulls.map(({ number }) => `of ${number}`));
  expect(server.calls()).toEqual(['GET /graphql']);
  const [one] = server.world.comments;
  for (let id = 10; id < 160; id += 1) server.world.comments.push({ ...must(one), id, body: `${id}` });
  const all = await Promise.all(pulls.map(pull => approvalComments.read(pull)));
  expect(all.map(({ length }) => length)).toEqual([151, 1, 1]);
  expect(server.calls()).toHaveLength(3);
  for (let id = 1000; id < 2000; id += 1) server.world.comments.push({ ...must(one), id });
  await expect(approvalComments.read(must(pulls[0]))).rejects.toMatchObject({ code: 'TOO_LARGE' });
});
