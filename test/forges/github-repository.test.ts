import { describe, expect, it } from 'vitest';
import type { CommitRequest } from '../../src/git/repository.ts';
import { change } from '../git/fixture.ts';
import { fields, items } from '../servers/github/request.ts';
import { openForge, pushFiles, useGitHub } from './github-fixture.ts';

const VALUES = 'apps/api/qa/values.yaml';
const MANY = Object.fromEntries(
  Array.from({ length: 500 }, (_, at) => [`apps/app-${at}/qa/values.yaml`, `image: a # ${at}\n`]),
);

describe('reading from GitHub', () => {
  it('commits 500 files from a local checkout in at most 20 calls', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, MANY);
    const local = new Map<string, Uint8Array>();
    const { repository } = openForge(server, { localBlob: async blob => local.get(blob) });
    const byPath = new Map((await repository.list(head)).map(({ path, blob }) => [path, blob]));
    for (const [path, text] of Object.entries(MANY)) local.set(byPath.get(path) ?? '', Buffer.from(text));
    await repository.head();
    const texts = await repository.read(Object.keys(MANY).map(path => byPath.get(path) ?? ''));
    expect(texts.size).toBe(500);
    const files = Object.fromEntries(
      Object.entries(MANY).map(([path, text]) => [path, text.replace('a', 'b')]),
    );
    const outcome = await repository.commit(change(head, files));
    expect(outcome.kind).toBe('committed');
    expect(server.calls().length).toBeLessThanOrEqual(20);
  });

  it('fetches many missing files as one archive, and what the archive lacks one by one', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, MANY);
    server.world.settings.exportIgnored.add('apps/app-7/qa/values.yaml');
    const { repository } = openForge(server);
    const files = await repository.list(head);
    server.calls();
    const texts = await repository.read(files.map(({ blob }) => blob));
    const found = Object.fromEntries(files.map(({ path, blob }) => [path, texts.get(blob)]));
    expect(found).toMatchObject(MANY);
    const calls = server.calls();
    expect(calls.filter(line => line.includes('/tarball/'))).toHaveLength(1);
    expect(calls.filter(line => line.includes('/git/blobs/'))).toHaveLength(1);
  });

  it('takes no byte from a checkout that is not what was committed', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    const { repository } = openForge(server, { localBlob: async () => Buffer.from('image: evil\n') });
    const blobs = (await repository.list(head)).filter(({ path }) => path === VALUES).map(({ blob }) => blob);
    expect([...(await repository.read(blobs)).values()]).toEqual(['image: a\n']);
  });

  it('finds every file where GitHub cuts the list off', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { 'a/b/one': '1', 'a/b/two': '2', 'c/three': '3' });
    server.world.settings.mostTreeEntries = 3;
    const { repository } = openForge(server);
    const paths = (await repository.list(head)).map(({ path }) => path).toSorted();
    expect(paths).toEqual(['README.md', 'a/b/one', 'a/b/two', 'c/three']);
  });

  it('takes no branch or option for a commit', async () => {
    const { repository } = openForge(await useGitHub());
    await expect(repository.list('main')).rejects.toMatchObject({ code: 'INVALID' });
    await expect(Array.fromAsync(repository.history('--all', () => true))).rejects.toMatchObject({
      code: 'INVALID',
    });
  });
});

describe('committing on GitHub', () => {
  it('leaves author and committer to GitHub, which signs what a bot commits', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    await openForge(server).repository.commit(change(head, { [VALUES]: 'image: b\n' }));
    const { repository } = openForge(server, {
      identity: { author: { name: 'Ann', email: 'ann@example.com' } },
    });
    const main = (await repository.head())?.commit ?? '';
    const named = await repository.commit(change(main, { [VALUES]: 'image: c\n' }));
    const newest = await Array.fromAsync(
      repository.history(named.kind === 'committed' ? named.commit : '', isValues),
    );
    expect(newest.slice(0, 2).map(({ author }) => author)).toEqual([
      'Ann <ann@example.com>',
      'promote-bot <promote-bot@example.com>',
    ]);
  });

  it('signs off as whom GitHub names, where nobody else is named', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    const { repository } = openForge(server);
    const messageOf = async (text: string, as: CommitRequest['as']) => {
      const main = (await repository.head())?.commit ?? head;
      const made = await repository.commit(change(main, { [VALUES]: text }, { as, message: 'Promote' }));
      const commit = made.kind === 'committed' ? made.commit : '';
      return (await Array.fromAsync(repository.history(commit, isValues)))[0]?.message.trim();
    };
    expect(await messageOf('image: b\n', { signOff: true })).toBe(
      'Promote\n\nSigned-off-by: promote-bot <promote-bot@example.com>',
    );
    const author = { name: 'Ada', email: 'ada@acme.example' };
    expect(await messageOf('image: c\n', { signOff: true, author })).toBe(
      'Promote\n\nSigned-off-by: Ada <ada@acme.example>',
    );
  });

  it('moves a branch on by a commit of both parents, where force pushes are forbidden', async () => {
    const server = await useGitHub();
    const first = await pushFiles(server, { [VALUES]: 'image: a\n' });
    const { repository } = openForge(server);
    const branch = 'promote/qa/api';
    await repository.commit(change(first, { [VALUES]: 'image: b\n' }, { branch, expected: undefined }));
    const expected = (await repository.head(branch))?.commit ?? '';
    const base = await pushFiles(server, { 'README.md': 'newer\n' });
    server.world.settings.forbidsForce = true;
    const made = await repository.commit(change(base, { [VALUES]: 'image: c\n' }, { branch, expected }));
    expect(made).toEqual({ kind: 'committed', commit: (await repository.head(branch))?.commit });
    const commit = made.kind === 'committed' ? made.commit : '';
    const shown = fields((await server.as('alice', 'GET', `git/commits/${commit}`)).body);
    expect(items(shown.parents).map(({ sha }) => sha)).toEqual([base, expected]);
    expect((await repository.list(commit)).map(({ path }) => path)).toContain('README.md');
  });

  it('knows its own commit where the answer was lost', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    let lost = 0;
    server.faults = line =>
      line.endsWith('/graphql') && lost++ === 0 ? { when: 'afterwards', status: 502, body: {} } : undefined;
    const { repository } = openForge(server);
    const outcome = await repository.commit(change(head, { [VALUES]: 'image: b\n' }));
    expect(outcome).toEqual({ kind: 'committed', commit: (await repository.head())?.commit });
  });

  it('says what to do about a protected branch', async () => {
    const server = await useGitHub();
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    server.world.settings.protectedBranches.add('main');
    const commit = openForge(server).repository.commit(change(head, { [VALUES]: 'image: b\n' }));
    await expect(commit).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('pull request'),
    });
  });

  it('compares as well as REST can where GraphQL lacks the mutation', async () => {
    const server = await useGitHub();
    server.world.settings.hasUpdateRefs = false;
    const head = await pushFiles(server, { [VALUES]: 'image: a\n' });
    const { repository } = openForge(server);
    const made = await repository.commit(
      change(head, { [VALUES]: 'image: b\n' }, { branch: 'promote/qa/api', expected: undefined }),
    );
    expect(made.kind).toBe('committed');
    const moved = await pushFiles(server, { 'README.md': 'newer\n' });
    expect(await repository.commit(change(head, { [VALUES]: 'image: c\n' }))).toEqual({
      kind: 'moved',
      actual: moved,
    });
    const expected = made.kind === 'committed' ? made.commit : '';
    const again = await repository.commit(
      change(moved, { [VALUES]: 'image: c\n' }, { branch: 'promote/qa/api', expected }),
    );
    expect(again.kind).toBe('committed');
  });
});

function isValues(path: string): boolean {
  return path === VALUES;
}
