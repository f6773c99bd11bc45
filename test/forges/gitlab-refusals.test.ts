import { expect, it } from 'vitest';
import { tokenOf } from '../servers/gitlab.ts';
import { describeWith } from '../servers/tools.ts';
import { CONTENT, openForge, pushFiles, useGitLab } from './gitlab-fixture.ts';

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

  it.each(['read', 'written to'])(
    'is none where the project was moved: its present path is used and told, first %s',
    async how => {
      const server = await useGitLab();
      const base = pushFiles(server, { 'a.yaml': 'a\n' });
      pushFiles(server, { 'a.yaml': 'b\n' }, { branch: 'promote/qa/api', on: 'main' });
      server.world.settings.movedFrom = 'old/deploy';
      const notices: string[] = [];
      const { repository, pullRequests } = openForge(server, {
        project: 'old/deploy',
        notice: text => notices.push(text),
      });
      if (how === 'read') expect(await repository.head('main')).toMatchObject({ commit: base });
      const made = await pullRequests.open('promote/qa/api', 'main', CONTENT);
      await pullRequests.close(made, 'no');
      expect(await pullRequests.find('promote/qa/api', 'main')).toMatchObject({ state: 'closed' });
      expect(notices).toEqual([
        `old/deploy is ${server.world.path} by now: say so in deployments.repository`,
      ]);
    },
  );

  // Each text is GitLab's own: lib/gitlab/git_access.rb, lib/gitlab/auth/user_access_denied_reason.rb.
  it.each<[string, string, RegExp]>([
    ['an archived project', "You can't push code to an archived project.", /unarchive/],
    ['a blocked account', 'Your account has been blocked.', /blocked/],
    [
      'single sign-on',
      "Cannot find valid SSO session. Please login via your group's SSO at https://gitlab.example/groups/acme/-/saml/sso",
      /single sign-on/,
    ],
  ])('names its rule and cure: %s', async (_, message, hint) => {
    const server = await useGitLab();
    server.faults = () => ({ status: 403, body: { message } });
    const error = await refused(openForge(server).pullRequests.find('promote/qa/api', 'main'));
    expect(error).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringMatching(hint) });
    expect(error.message).toContain(message);
  });
});
