import { expect, it } from 'vitest';
import { tokenOf } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { openForge, pushFiles, useGitLab } from './gitlab-fixture.ts';

async function refused(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    caught => caught,
  );
  expect(error).toBeInstanceOf(Error);
  return error;
}

describeWith(['git'], 'a refusal by GitLab', () => {
  it('takes a project that cannot be seen for no project without branches', async () => {
    const server = await useGitLab();
    pushFiles(server, { 'a.yaml': 'a\n' });
    const forge = openForge(server, { token: tokenOf('mallory') });
    await expect(forge.repository.head('main')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const wrong = openForge(server, { token: 'expired' });
    await expect(wrong.repository.head('main')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  const ANSWERS = {
    'a text': { message: 'no \u001b[31mway\u001b[0m SECRET' },
    'a list': { message: ['no', 'way SECRET'] },
    'lists by field': { message: { base: ['no way'], title: ["can't be blank SECRET"] } },
    "OAuth's error": { error: 'invalid', error_description: 'no way SECRET' },
    'depth without end': { message: { a: { b: { c: { d: { e: 'no way SECRET' } } } } } },
  };
  for (const [what, body] of Object.entries(ANSWERS)) {
    it(`is one clean line without secrets, from ${what}`, async () => {
      const server = await useGitLab();
      server.faults = () => ({
        status: 400,
        body: JSON.parse(JSON.stringify(body).replace('SECRET', 'hidden-token')),
      });
      const { pullRequests } = openForge(server, { token: 'hidden-token' });
      const error = await refused(pullRequests.find('promote/qa/api', 'main'));
      expect(error).toMatchObject({ code: 'INVALID' });
      expect(error.message).not.toMatch(/[\x00-\x1f]|hidden-token/);
    });
  }

  it('of a page that is no answer of GitLab says so', async () => {
    const server = await useGitLab();
    server.faults = () => ({ status: 200, body: { users: 'sign in' } });
    const error = await refused(openForge(server).pullRequests.find('promote/qa/api', 'main'));
    expect(error).toMatchObject({ code: 'INVALID', hint: expect.any(String) });
  });

  it('shows no token in any error, nor sends it where a redirect leads', async () => {
    const server = await useGitLab();
    const other = await useGitLab();
    other.calls();
    server.faults = () => ({ status: 302, headers: { location: `${other.url}/api/v4/user` } });
    for (const tokenKind of ['private', 'oauth', 'job'] as const) {
      const { pullRequests } = openForge(server, { token: 'hidden-token', tokenKind });
      const error = await refused(pullRequests.find('promote/qa/api', 'main'));
      expect(JSON.stringify([error.message, error.hint, error.cause])).not.toContain('hidden-token');
    }
    expect(other.calls()).toEqual([]);
  });
});
