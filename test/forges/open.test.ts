import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/forges/address.ts';
import { forgejoLogin, locateForgejo } from '../../src/forges/forgejo/place.ts';
import { githubLogin, locateGitHub } from '../../src/forges/github/place.ts';
import { gitlabLogin, locateGitLab } from '../../src/forges/gitlab/place.ts';
import type { Variables } from '../../src/forges/kind.ts';
import { locateForge, ownRepository } from '../../src/forges/open.ts';

const OWN = {
  GITHUB_SERVER_URL: 'https://ghe.acme.com',
  GITHUB_API_URL: 'https://ghe.acme.com/api/v3',
  CI_SERVER_URL: 'https://acme.com/gitlab',
};

/** What Forgejo's Actions set, GitHub's names among them. */
const ACTIONS = {
  GITEA_ACTIONS: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://git.acme.com/',
  GITHUB_API_URL: 'https://git.acme.com/api/v1',
  GITHUB_REPOSITORY: 'acme/gitops',
};

describe('the forge of a repository', () => {
  it.each<[string, string | undefined, string | undefined, string?]>([
    ['https://github.com/acme/gitops', undefined, 'github', 'https://github.com/acme/gitops'],
    ['https://github.com/acme/gitops.git', undefined, 'github', 'https://github.com/acme/gitops'],
    ['git@github.com:acme/gitops.git', undefined, 'github', 'https://github.com/acme/gitops'],
    ['ssh://git@github.com:22/acme/gitops.git', undefined, 'github', 'https://github.com/acme/gitops'],
    ['https://github.com/acme/gitops', 'git', undefined],
    ['https://github.com/acme', undefined, undefined],
    ['https://ghe.acme.com/a/b', undefined, 'github', 'https://ghe.acme.com/a/b'],
    ['https://other.example/a/b', undefined, undefined],
    ['https://other.example/a/b', 'github', 'github', 'https://other.example/a/b'],
    ['https://gitlab.com/a/b/c', undefined, 'gitlab', 'https://gitlab.com/a/b/c'],
    ['https://acme.com/gitlab/a/b.git', undefined, 'gitlab', 'https://acme.com/gitlab/a/b'],
    ['git@acme.com:a/b.git', undefined, 'gitlab', 'https://acme.com/gitlab/a/b'],
    ['https://acme.com/elsewhere/a', undefined, undefined],
    ['/srv/gitops.git', undefined, undefined],
    ['https://codeberg.org/acme/gitops.git', undefined, 'forgejo', 'https://codeberg.org/acme/gitops'],
    ['git@gitea.com:acme/gitops.git', undefined, 'forgejo', 'https://gitea.com/acme/gitops'],
    ['https://git.acme.com/a/b', undefined, undefined],
    ['https://git.acme.com/a/b', 'forgejo', 'forgejo', 'https://git.acme.com/a/b'],
    ['https://acme.com/git/a/b', 'forgejo', 'forgejo', 'https://acme.com/git/a/b'],
    ['https://codeberg.org/acme', undefined, undefined],
  ])('%s, stated as %s, is on %s', (location, stated, kind, web) => {
    const found = locateForge(OWN, location, stated);
    expect([found?.kind, found?.web]).toEqual([kind, web]);
  });

  it('is refused where the stated one can have no such repository', () => {
    expect(() => locateForge({}, '/srv/gitops.git', 'github')).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION' }),
    );
  });

  it.each<[Variables, string | undefined]>([
    [
      { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/gitops' },
      'https://github.com/acme/gitops',
    ],
    [{ CI_PROJECT_URL: 'https://gitlab.com/acme/gitops' }, 'https://gitlab.com/acme/gitops'],
    [ACTIONS, 'https://git.acme.com/acme/gitops'],
    [{}, undefined],
  ])('%o: whose pipeline this is', (env, own) => {
    expect(ownRepository(env)).toBe(own);
  });
});

describe('on GitHub', () => {
  it.each([
    ['https://github.com/acme/gitops', { apiUrl: undefined, ambient: false }],
    ['https://ghe.acme.com/a/b', { apiUrl: OWN.GITHUB_API_URL, ambient: true }],
    ['https://other.example/a/b', { apiUrl: 'https://other.example/api/v3', ambient: false }],
    ['https://acme.ghe.com/a/b', { apiUrl: 'https://api.acme.ghe.com', ambient: false }],
  ])('%s has its API', (location, place) => {
    expect(githubPlace(location)).toMatchObject(place);
  });
});

describe('the tokens of the environment', () => {
  const env = { GITHUB_TOKEN: 'ambient', GITLAB_TOKEN: 'ambient', CI_JOB_TOKEN: 'job' };

  it('go to no other server than the one that they are for', () => {
    const elsewhere = githubPlace('https://evil.example/a/b');
    expect(githubLogin(env, elsewhere)).toBeUndefined();
    expect(githubLogin(env, githubPlace('https://ghe.acme.com/a/b'))).toEqual(token('ambient'));
    expect(githubLogin({ PROMOTE_GITHUB_TOKEN: 'ours' }, elsewhere)).toEqual(token('ours'));
    expect(gitlabLogin(env, gitlabPlace('https://evil.example/a/b'))).toBeUndefined();
    const own = gitlabPlace('https://acme.com/gitlab/a/b');
    expect(gitlabLogin(env, own)).toEqual({ token: 'ambient', tokenKind: 'private' });
    expect(gitlabLogin({ CI_JOB_TOKEN: 'job' }, own)).toEqual({ token: 'job', tokenKind: 'job' });
  });

  it('of Forgejo’s Actions are for their own instance, where GitHub’s names mean it', () => {
    expect(locateForge(ACTIONS, 'https://git.acme.com/a/b.git', undefined)?.kind).toBe('forgejo');
    const own = forgejoPlace(ACTIONS, 'https://git.acme.com/a/b');
    expect(forgejoLogin({ ...ACTIONS, GITHUB_TOKEN: 'job' }, own)).toEqual({
      token: 'job',
      tokenKind: 'job',
    });
    const both = { ...ACTIONS, GITHUB_TOKEN: 'job', PROMOTE_FORGEJO_TOKEN: 'ours' };
    expect(forgejoLogin(both, own)).toEqual({ token: 'ours', tokenKind: 'token' });
    expect(
      forgejoLogin({ ...ACTIONS, FORGEJO_TOKEN: 'job' }, forgejoPlace(ACTIONS, 'https://codeberg.org/a/b')),
    ).toBeUndefined();
    expect(locateForge(ACTIONS, 'https://github.com/a/b', undefined)?.kind).toBe('github');
    expect(
      githubLogin({ ...ACTIONS, GITHUB_TOKEN: 'job' }, githubPlace('https://github.com/a/b')),
    ).toBeUndefined();
    const exported = { FORGEJO_TOKEN: 'mine', GITHUB_TOKEN: 'not for it' };
    expect(forgejoLogin(exported, forgejoPlace({}, 'https://codeberg.org/a/b'))).toMatchObject({
      tokenKind: 'token',
      token: 'mine',
    });
    expect(forgejoLogin({ GITHUB_TOKEN: 'x' }, forgejoPlace({}, 'https://codeberg.org/a/b'))).toBeUndefined();
  });

  const token = (text: string) => ({ kind: 'token', token: text });
});

function githubPlace(location: string) {
  const address = parseAddress(location);
  const place = address && locateGitHub(OWN, address, true);
  if (place === undefined) throw new Error(`no place of ${location}`);
  return place;
}

function gitlabPlace(location: string) {
  const address = parseAddress(location);
  const place = address && locateGitLab(OWN, address, true);
  if (place === undefined) throw new Error(`no place of ${location}`);
  return place;
}

function forgejoPlace(env: Variables, location: string) {
  const address = parseAddress(location);
  const place = address && locateForgejo(env, address, false);
  if (place === undefined) throw new Error(`no place of ${location}`);
  return place;
}
