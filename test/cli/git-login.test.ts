import { expect, it } from 'vitest';
import { gitLogin } from '../../src/cli/git-login.ts';

const TOKEN = { PROMOTE_GIT_TOKEN: 'secret' };
const GITHUB = { ...TOKEN, GITHUB_SERVER_URL: 'https://github.com' };
const LOGIN = { username: 'x-access-token', password: 'secret' };

it.each<[string, Record<string, string>, string, object | undefined]>([
  ['goes to the CI server', GITHUB, 'https://github.com/acme/gitops', LOGIN],
  [
    'goes to a GitLab with a port',
    { ...TOKEN, CI_SERVER_URL: 'https://git.acme.com:8443/' },
    'https://git.acme.com:8443/a/b',
    LOGIN,
  ],
  ['goes to no other host', GITHUB, 'https://evil.example/acme/gitops', undefined],
  ['goes to no other port', GITHUB, 'https://github.com:8443/acme/gitops', undefined],
  [
    'goes to the host that is named',
    { ...GITHUB, PROMOTE_GIT_HOST: 'git.acme.com' },
    'https://git.acme.com/a/b',
    LOGIN,
  ],
  [
    'goes to the host that is named alone',
    { ...GITHUB, PROMOTE_GIT_HOST: 'git.acme.com' },
    'https://github.com/a/b',
    undefined,
  ],
  ['goes nowhere without a host', TOKEN, 'https://github.com/acme/gitops', undefined],
])('the Git token %s', async (_, env, url, expected) => {
  const seen: string[] = [];
  const login = gitLogin({ env, stderr: { write: text => seen.push(text) } });
  expect(await login(url)).toEqual(expected);
  await login(url);
  expect(seen.length).toBe(expected === undefined ? 1 : 0);
  expect(seen.join('')).not.toContain('secret');
  if (expected === undefined) expect(seen[0]).toContain(`PROMOTE_GIT_HOST=${new URL(url).host}`);
});
