import { describe, expect, it } from 'vitest';
import * as forgejo from './forgejo-fixture.ts';
import * as github from './github-fixture.ts';
import * as gitlab from './gitlab-fixture.ts';

describe('who may see a repository of GitHub', () => {
  it.each<[string, boolean, 'everybody' | 'members' | undefined, string]>([
    ['a private one', false, undefined, 'private'],
    ['a public one', true, undefined, 'public'],
    ['a private one whose site is public', false, 'everybody', 'public'],
    ['a private one whose site is private', false, 'members', 'private'],
  ])('%s', async (_, isPublic, site, kind) => {
    const server = await github.useGitHub();
    Object.assign(server.world.settings, { isPublic, site });
    expect(await github.openForge(server).visibility()).toMatchObject({ kind });
  });

  it('is unknown where the token may not read who sees its site', async () => {
    const server = await github.useGitHub();
    server.world.settings.site = 'members';
    server.faults = line =>
      line.endsWith('/pages') ? { when: 'instead', status: 403, body: { message: 'no' } } : undefined;
    const seen = await github.openForge(server).visibility();
    expect(seen).toMatchObject({ kind: 'unknown', hint: expect.stringContaining('pages: read') });
  });
});

describe('who may see a project of GitLab', () => {
  it.each<[string, 'private' | 'internal' | 'public' | undefined, 'private' | 'enabled' | 'public', string]>([
    ['a private one', 'private', 'private', 'private'],
    ['an internal one', 'internal', 'enabled', 'private'],
    ['a public one', 'public', 'enabled', 'public'],
    ['a private one whose site is public', 'private', 'public', 'public'],
    ['one of which GitLab tells nothing', undefined, 'private', 'unknown'],
  ])('%s', async (_, visibility, site, kind) => {
    const server = await gitlab.useGitLab();
    Object.assign(server.world.settings, { visibility, site });
    expect(await gitlab.openForge(server).visibility()).toMatchObject({ kind });
  });
});

describe('who may see a repository of Forgejo', () => {
  it.each<[string, object, string]>([
    ['a private one', { private: true }, 'private'],
    ['one of a hidden owner', { private: false, internal: true }, 'private'],
    ['a public one', { private: false }, 'public'],
    ['one of which Forgejo tells nothing', {}, 'unknown'],
  ])('%s', async (_, shown, kind) => {
    const server = await forgejo.useForgejo();
    server.faults = () => ({ status: 200, body: { id: 7, ...shown } });
    expect(await forgejo.openForge(server).visibility()).toMatchObject({ kind });
  });
});
