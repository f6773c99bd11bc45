import { describe, expect, it } from 'vitest';
import { githubLogin, gitlabLogin } from '../../src/cli/forge-login.ts';
import { locateForge } from '../../src/cli/forge-place.ts';

const GITHUB = { kind: 'github', server: 'https://github.com', owner: 'acme', repo: 'gitops' };
const OWN = {
  GITHUB_SERVER_URL: 'https://ghe.acme.com',
  GITHUB_API_URL: 'https://ghe.acme.com/api/v3',
  CI_SERVER_URL: 'https://acme.com/gitlab',
};

describe('the forge of a repository', () => {
  it.each<[string, Parameters<typeof locateForge>[2], object | undefined]>([
    ['https://github.com/acme/gitops', undefined, GITHUB],
    ['https://github.com/acme/gitops.git', undefined, GITHUB],
    ['git@github.com:acme/gitops.git', undefined, GITHUB],
    ['ssh://git@github.com:22/acme/gitops.git', undefined, GITHUB],
    ['https://github.com/acme/gitops', 'git', undefined],
    ['https://github.com/acme', undefined, undefined],
    ['https://ghe.acme.com/a/b', undefined, { kind: 'github', apiUrl: OWN.GITHUB_API_URL, ambient: true }],
    ['https://other.example/a/b', undefined, undefined],
    [
      'https://other.example/a/b',
      'github',
      { kind: 'github', apiUrl: 'https://other.example/api/v3', ambient: false },
    ],
    ['https://acme.ghe.com/a/b', 'github', { kind: 'github', apiUrl: 'https://api.acme.ghe.com' }],
    ['https://gitlab.com/a/b/c', undefined, { kind: 'gitlab', project: 'a/b/c', ambient: false }],
    ['https://acme.com/gitlab/a/b.git', undefined, { server: 'https://acme.com/gitlab', project: 'a/b' }],
    ['git@acme.com:a/b.git', undefined, { server: 'https://acme.com/gitlab', project: 'a/b' }],
    ['https://acme.com/elsewhere/a', undefined, undefined],
    ['/srv/gitops.git', undefined, undefined],
  ])('%s, stated as %s', (location, stated, place) => {
    const found = locateForge(OWN, location, stated);
    if (place === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(place);
  });

  it('is refused where the stated one can have no such repository', () => {
    expect(() => locateForge({}, '/srv/gitops.git', 'github')).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION' }),
    );
  });
});

describe('the tokens of the environment', () => {
  const env = { GITHUB_TOKEN: 'ambient', GITLAB_TOKEN: 'ambient', CI_JOB_TOKEN: 'job' };
  const elsewhere = locateForge(OWN, 'https://evil.example/a/b', 'github');
  const own = locateForge(OWN, 'https://ghe.acme.com/a/b', undefined);

  it('go to no other server than the one that they are for', () => {
    if (elsewhere === undefined || own === undefined) throw new Error('no place');
    expect(githubLogin(env, elsewhere)).toBeUndefined();
    expect(gitlabLogin(env, elsewhere)).toBeUndefined();
    expect(githubLogin(env, own)).toEqual({ kind: 'token', token: 'ambient' });
    expect(githubLogin({ PROMOTE_GITHUB_TOKEN: 'ours' }, elsewhere)).toEqual({
      kind: 'token',
      token: 'ours',
    });
  });
});
