import { expect, it } from 'vitest';
import { change } from '../git/fixture.ts';
import { branchHead, gitText } from '../servers/bare-git.ts';
import { tokenOf } from '../servers/forgejo.ts';
import { describeWith } from '../servers/tools.ts';
import { JOB, openForge, pushFiles, useForgejo } from './forgejo-fixture.ts';

const api = (calls: readonly string[]) => calls.filter(line => line.includes('/api/v1/'));

/** Many applications in directories of their own. */
function applications(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, at) => `apps/app${at}/qa/values.yaml`);
  return Object.fromEntries(names.map((name, at) => [name, `image: ${at}\n`]));
}

describeWith(['git'], 'a repository on Forgejo', () => {
  it('is listed in pages, however small the instance makes them, and then by what changed', async () => {
    const server = await useForgejo();
    const head = pushFiles(server, applications(80));
    const { repository } = openForge(server);
    server.world.settings.treesPage = 100;
    server.calls();
    expect(await repository.list(head)).toHaveLength(80);
    // 241 entries, a hundred a page.
    expect(server.calls()).toHaveLength(3);
    const next = pushFiles(server, {
      'apps/app7/qa/values.yaml': 'new\n',
      'apps/app9/prod/values.yaml': 'new\n',
    });
    const files = await repository.list(next);
    const listed = gitText(server.world, 'ls-tree', '-r', '--format=%(path) %(objectname)', next)?.split(
      '\n',
    );
    expect(files.map(({ path, blob }) => `${path} ${blob}`).toSorted()).toEqual(listed?.toSorted());
    // The root, apps, both applications, and the directories in them.
    expect(server.calls().length).toBeLessThanOrEqual(8);
    await repository.list(next);
    expect(server.calls()).toEqual([]);
  });

  it('is read by one archive where many files are asked for, and by names where few are', async () => {
    const server = await useForgejo();
    const head = pushFiles(server, applications(60));
    const { repository } = openForge(server);
    const blobs = (await repository.list(head)).map(({ blob }) => blob);
    server.calls();
    expect((await repository.read(blobs)).size).toBe(60);
    await repository.read(blobs.slice(0, 3));
    expect(server.calls()).toEqual([expect.stringContaining(`/archive/${head}.tar.gz`)]);
    const second = openForge(server).repository;
    server.faults = line =>
      line.includes('/blobs/')
        ? { status: 200, body: { content: Buffer.from('other').toString('base64'), size: 5 } }
        : undefined;
    await expect(second.read(blobs.slice(0, 1))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is committed to without asking the API, with a job’s token too', async () => {
    const server = await useForgejo();
    const head = pushFiles(server, applications(3));
    const { repository } = openForge(server, JOB);
    server.calls();
    const outcome = await repository.commit(change(head, applications(30)));
    expect(outcome).toEqual({ kind: 'committed', commit: branchHead(server.world, 'main') });
    expect(api(server.calls())).toEqual([]);
  });

  it('has its history by first parents, merges included, and no further than is asked', async () => {
    const server = await useForgejo();
    const { world } = server;
    const first = pushFiles(server, { 'qa/api.yaml': 'a\n', 'qa/web.yaml': 'w\n' });
    const side = pushFiles(server, { 'qa/api.yaml': 'b\n' }, { branch: 'side', on: 'main' });
    pushFiles(server, { 'README.md': '1\n' });
    const tree = gitText(world, 'merge-tree', '--write-tree', 'main', 'side') ?? '';
    const parents = ['-p', branchHead(world, 'main') ?? '', '-p', side];
    const merged = gitText(world, 'commit-tree', tree, ...parents, '-m', 'merge') ?? '';
    gitText(world, 'update-ref', 'refs/heads/main', merged);
    const head = pushFiles(server, { 'README.md': '2\n' });
    const { repository, mergeBase } = openForge(server);
    server.calls();
    const entries = await Array.fromAsync(repository.history(head, path => path.startsWith('qa/')));
    const [before, after] = ['a', 'b'].map((_, at) =>
      gitText(world, 'rev-parse', `${[first, side][at]}:qa/api.yaml`),
    );
    expect(entries.map(({ commit, changes }) => [commit, changes.length])).toEqual([
      [merged, 1],
      [first, 2],
    ]);
    expect(entries[0]?.changes).toEqual([{ path: 'qa/api.yaml', before, after }]);
    // Of four commits the list, the two trees of the merge, and directories of the first one.
    expect(server.calls().length).toBeLessThanOrEqual(7);
    expect(await mergeBase(side, head)).toBe(side);
    expect(await mergeBase(head, first)).toBe(first);
    const other = pushFiles(server, { 'README.md': '3\n' }, { branch: 'other', on: 'side' });
    expect(await mergeBase(other, head)).toBe(side);
    expect(await mergeBase(head, '1'.repeat(40))).toBeUndefined();
    expect(await mergeBase('1'.repeat(40), head)).toBeUndefined();
  });

  it('compares revisions of any repository that it may see, in their order', async () => {
    const server = await useForgejo();
    const first = pushFiles(server, { 'a.yaml': '1\n' }, { message: 'one' });
    pushFiles(server, { 'a.yaml': '2\n' }, { message: 'two' });
    const last = pushFiles(server, { 'a.yaml': '3\n' }, { message: 'three\n\nbody' });
    const { compareCommits } = openForge(server);
    expect(await compareCommits('acme/gitops', first, last)).toEqual({
      url: `${server.url}/acme/gitops/compare/${first}...${last}`,
      total: 2,
      commits: [{ subject: 'two' }, { subject: 'three' }],
    });
    expect(await compareCommits('acme/gitops', last, first)).toBeUndefined();
    expect(await compareCommits('acme/other', first, last)).toBeUndefined();
  });

  it('reads the notes of a release, where there is one to be seen', async () => {
    const server = await useForgejo();
    server.world.releases.set('v1.0.0', 'Brews tea');
    const { releaseNotes } = openForge(server);
    expect(await releaseNotes('acme/gitops', 'v1.0.0')).toMatchObject({ text: 'Brews tea' });
    expect(await releaseNotes('acme/gitops', 'v2.0.0')).toBeUndefined();
    expect(await releaseNotes('acme/other', 'v1.0.0')).toBeUndefined();
  });

  it('waits where it is asked too often, and says so where that does not end', async () => {
    const server = await useForgejo();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n' });
    let refused = 2;
    const tooMany = { status: 429, headers: { 'retry-after': '1' }, body: 'Retry later' };
    server.faults = () => {
      refused -= 1;
      return refused < 0 ? undefined : tooMany;
    };
    expect(await openForge(server).repository.head('main')).toEqual({ branch: 'main', commit: head });
    server.faults = () => tooMany;
    await expect(openForge(server).repository.head('main')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.stringContaining('rate limit'),
    });
  });

  it.each<[string, number, object, string, RegExp]>([
    ['archived', 423, { message: 'Repo is archived' }, 'FORBIDDEN', /unarchive/],
    ['renamed', 301, {}, 'NOT_FOUND', /present address/],
    ['over its quota', 413, { message: 'quota exceeded' }, 'FORBIDDEN', /quota/],
    ['broken', 500, { message: '' }, 'UNREACHABLE', /not done twice/],
    ['no Forgejo', 200, { hello: 'world' }, 'INVALID', /instance of Forgejo or Gitea/],
  ])('that is %s is reported so', async (_, status, body, code, hint) => {
    const server = await useForgejo();
    server.faults = () => ({ status, body, headers: status === 301 ? { location: '/elsewhere' } : {} });
    const asked = openForge(server).repository.head('main');
    await expect(asked).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it.each<[string, object, RegExp, string]>([
    ['expired', { token: 'expired' }, /expired.*read:repository/, 'UNAUTHORIZED'],
    ['nobody’s who may see it', { token: tokenOf('mallory') }, /read:repository/, 'NOT_FOUND'],
  ])('tells a token that is %s', async (_, options, hint, code) => {
    const server = await useForgejo();
    const asked = openForge(server, options).repository.head();
    await expect(asked).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it('names the scope and the right that a write lacks, and no secret', async () => {
    const server = await useForgejo();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n' });
    const scopes = ['read:repository', 'read:issue'];
    server.world.tokens.set('only-reads', { login: 'promote', kind: 'token', scopes });
    const status = { context: 'x', state: 'success', description: '' } as const;
    for (const token of ['only-reads', tokenOf('rita')]) {
      const { repository, pullRequests } = openForge(server, { token });
      expect(await repository.head('main')).toMatchObject({ commit: head });
      for (const asked of [
        pullRequests.setStatus(head, status),
        repository.commit(change(head, { 'a.yaml': 'b\n' })),
      ]) {
        const error = await asked.then(
          () => expect.fail('it was let through'),
          caught => caught,
        );
        expect(error).toMatchObject({
          code: 'FORBIDDEN',
          hint: expect.stringMatching(/write:repository.*may write/),
        });
        expect(JSON.stringify([error.message, error.hint])).not.toContain(token);
      }
    }
  });
});
