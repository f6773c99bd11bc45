import { expect, it } from 'vitest';
import { fields } from '../servers/github/request.ts';
import { describeWith } from '../servers/tools.ts';
import { kept, openForge, propose, useGitLab } from './gitlab-fixture.ts';

const COMMAND = `promote: approve sha256:${'a'.repeat(64)}`;
const NOTES = 'merge_requests/1/notes';

async function proposed() {
  const server = await useGitLab();
  const forge = openForge(server);
  const { pullRequest } = await propose(server, forge);
  const comment = async (name: string, body: string) => {
    const answer = await server.as(name, 'POST', NOTES, { body });
    return Number(fields(answer.body).id);
  };
  server.calls();
  return { server, comment, read: () => forge.approvalComments.read(pullRequest), ...forge };
}

describeWith(['git'], 'comments on GitLab', () => {
  it('are as they were written, without what GitLab notes itself, and the command is none of its own', async () => {
    const { approvalComments, comment, read, server } = await proposed();
    expect(approvalComments.command).toBe('promote: approve');
    await comment('alice', `/${COMMAND}`);
    await comment('alice', COMMAND);
    await server.as('bob', 'POST', 'merge_requests/1/approve', {});
    await comment('rita', COMMAND);
    const found = await read();
    expect(found.map(({ author, text, isChanged }) => [author.name, text, isChanged])).toEqual([
      ['alice', COMMAND, false],
      ['rita', COMMAND, false],
    ]);
    expect(found[0]?.url).toMatch(/merge_requests\/1#note_1001$/);
    const people = found.map(({ author }) => author);
    expect(await approvalComments.writers(people)).toEqual(new Set([people[0]?.id]));
    expect(server.calls()).toHaveLength(2);
  });

  it('that anybody edited, or answered, are told from others', async () => {
    const { comment, read, server } = await proposed();
    const first = await comment('alice', 'looks good');
    expect((await server.as('bob', 'PUT', `${NOTES}/${first}`, { body: COMMAND })).status).toBe(404);
    await server.as('carol', 'PUT', `${NOTES}/${first}`, { body: COMMAND });
    const second = await comment('bob', COMMAND);
    await server.as('rita', 'POST', `merge_requests/1/discussions/${second}/notes`, { body: COMMAND });
    expect((await read()).map(({ author, isChanged }) => [author.name, isChanged])).toEqual([
      ['alice', true],
      ['bob', true],
      ['rita', true],
    ]);
  });

  it('that an import says somebody wrote are left out, and a token is no person', async () => {
    const { read, server } = await proposed();
    const { notes } = kept(server, 1);
    const token = { id: 77, username: 'project_7_bot_a1b2c3', access_level: 40 };
    const at = '2026-11-21T10:00:00.000Z';
    const made = { type: null, body: COMMAND, created_at: at, updated_at: at } as const;
    const [alice] = server.world.users;
    notes.push({ ...made, id: 1, author: alice ?? token, imported: true });
    notes.push({ ...made, id: 2, author: token, imported: false });
    expect((await read()).map(({ author }) => author)).toEqual([{ id: '', name: token.username }]);
  });
});
