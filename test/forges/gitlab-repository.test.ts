import { expect, it } from 'vitest';
import { change } from '../git/fixture.ts';
import { branchHead, git, gitText } from '../servers/gitlab/world.ts';
import { describeWith } from '../servers/tools.ts';
import { openForge, pushFiles, useGitLab } from './gitlab-fixture.ts';

const api = (calls: readonly string[]) => calls.filter(line => line.includes('/api/v4/'));

/** Many applications in directories of their own. */
function applications(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, at) => `apps/app${at}/qa/values.yaml`);
  return Object.fromEntries(names.map((name, at) => [name, `image: ${at}\n`]));
}

describeWith(['git'], 'a repository on GitLab', () => {
  it('commits without asking the API, and never by its commits request', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, applications(30));
    const { repository } = openForge(server);
    server.calls();
    const outcome = await repository.commit(change(head, applications(500)));
    expect(outcome).toEqual({ kind: 'committed', commit: branchHead(server.world, 'main') });
    const calls = server.calls();
    expect(api(calls)).toEqual([]);
    // Look, fetch the observed commit, look, negotiate, push.
    expect(calls.length).toBeLessThanOrEqual(6);
  });

  it("replaces a pull request's branch by one update of its ref", async () => {
    const server = await useGitLab();
    const head = pushFiles(server, { 'qa/values.yaml': 'image: a\n' });
    const { repository } = openForge(server);
    const branch = 'promote/qa/api';
    const first = await repository.commit(
      change(head, { 'qa/values.yaml': 'b\n' }, { branch, expected: undefined }),
    );
    const base = pushFiles(server, { 'README.md': 'newer\n' });
    const expected = first.kind === 'committed' ? first.commit : '';
    gitText(server.world, 'config', 'core.logAllRefUpdates', 'always');
    const second = await repository.commit(change(base, { 'qa/values.yaml': 'c\n' }, { branch, expected }));
    const log = gitText(server.world, 'reflog', 'show', '--format=%H', branch)?.split('\n');
    expect(log).toEqual([second.kind === 'committed' ? second.commit : '']);
  });

  it('lists a second commit by the directories it changed', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, applications(80));
    const { repository } = openForge(server);
    server.calls();
    expect(await repository.list(head)).toHaveLength(80);
    // 241 entries, a hundred a page.
    expect(server.calls()).toHaveLength(3);
    const next = pushFiles(server, {
      'apps/app7/qa/values.yaml': 'new\n',
      'apps/app9/prod/values.yaml': 'new\n',
    });
    const files = await repository.list(next);
    expect(files).toHaveLength(81);
    const listed = gitText(server.world, 'ls-tree', '-r', '--format=%(path) %(objectname)', next)?.split(
      '\n',
    );
    expect(files.map(({ path, blob }) => `${path} ${blob}`).toSorted()).toEqual(listed?.toSorted());
    expect(server.calls().length).toBeLessThanOrEqual(8);
    await repository.list(next);
    expect(server.calls()).toEqual([]);
  });

  it('reads many files by one archive, few by their names, and all but once', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, applications(60));
    const { repository } = openForge(server);
    const files = await repository.list(head);
    server.calls();
    const texts = await repository.read(files.map(({ blob }) => blob));
    expect(texts.size).toBe(60);
    expect(server.calls()).toEqual([expect.stringContaining('/repository/archive?')]);
    await repository.read(files.map(({ blob }) => blob));
    expect(server.calls()).toEqual([]);
  });

  it('takes bytes of a checkout only where they are the observed ones', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    const localBlob = async () => Buffer.from('a: 1\n');
    const { repository } = openForge(server, { localBlob });
    const files = await repository.list(head);
    server.calls();
    const texts = await repository.read(files.map(({ blob }) => blob));
    expect([...texts.values()].toSorted()).toEqual(['a: 1\n', 'b: 1\n']);
    expect(server.calls()).toHaveLength(1);
  });

  it('believes no bytes that have another name than the asked one', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n' });
    const { repository } = openForge(server);
    const [file] = await repository.list(head);
    server.faults = line =>
      line.includes('/blobs/') ? { status: 200, body: Buffer.from('a: 2\n') } : undefined;
    await expect(repository.read([file?.blob ?? ''])).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it.each([
    // The commits, and the trees of the six before.
    { others: 0, all: 7, below: 3 },
    // The commits, what each of seven changed, the directory before the rename.
    { others: 97, all: 9, below: 4 },
  ])('walks first parents as far as it is asked, renames and removals included', async asked => {
    const server = await useGitLab();
    const others = Array.from({ length: asked.others }, (_, at) => [`others/${at}`, 'o\n']);
    const text = 'image: a\n'.repeat(20);
    const first = pushFiles(server, {
      ...Object.fromEntries(others),
      'qa/api.yaml': text,
      'qa/web.yaml': 'w\n',
    });
    for (let at = 0; at < 5; at += 1) pushFiles(server, { 'README.md': `${at}\n` });
    const { world } = server;
    const tree = gitText(world, 'ls-tree', `${branchHead(world, 'main')}:qa`)?.replace(
      'api.yaml',
      'renamed.yaml',
    );
    const qa = git(world, ['mktree'], `${tree}\n`)?.toString().trim();
    const rest = gitText(world, 'ls-tree', `${branchHead(world, 'main')}`)?.replace(
      /^.*\t(?:qa|README.md)$\n?/gm,
      '',
    );
    const root = git(world, ['mktree'], `040000 tree ${qa}\tqa\n${rest}`)?.toString().trim() ?? '';
    const renamed =
      gitText(world, 'commit-tree', root, '-p', branchHead(world, 'main') ?? '', '-m', 'rename') ?? '';
    gitText(world, 'update-ref', 'refs/heads/main', renamed);
    const { repository } = openForge(server);
    await repository.list(renamed);
    server.calls();
    const entries = await Array.fromAsync(repository.history(renamed, path => path.startsWith('qa/')));
    expect(entries.map(({ commit }) => commit)).toEqual([renamed, first]);
    const [blob, web] = ['api', 'web'].map(name => gitText(world, 'rev-parse', `${first}:qa/${name}.yaml`));
    expect(entries[0]?.changes).toEqual([
      { path: 'qa/api.yaml', before: blob },
      { path: 'qa/renamed.yaml', after: blob },
    ]);
    expect(entries[1]?.changes).toEqual([
      { path: 'qa/api.yaml', after: blob },
      { path: 'qa/web.yaml', after: web },
    ]);
    expect(server.calls()).toHaveLength(asked.all);
    const again = openForge(server).repository;
    await again.list(renamed);
    server.calls();
    const below = again.history(renamed, path => path.startsWith('qa/'), { below: 'qa' });
    expect(await Array.fromAsync(below)).toEqual(entries);
    expect(server.calls()).toHaveLength(asked.below);
    for await (const entry of repository.history(renamed, () => true)) {
      expect(entry.commit).toBe(renamed);
      break;
    }
    expect(server.calls().length).toBeLessThanOrEqual(4);
  });

  it('ends a long history where nothing older is sought', async () => {
    const server = await useGitLab();
    let head = '';
    for (let change = 0; change < 30; change += 1) head = pushFiles(server, { 'a.yaml': `${change}\n` });
    const { repository } = openForge(server);
    const walk = async (hours: number) => {
      const oldest = async () => new Date(Date.now() + hours * 3_600_000);
      return (await Array.fromAsync(repository.history(head, path => path === 'a.yaml', { oldest }))).length;
    };
    expect([await walk(-1), await walk(1)]).toEqual([30, 25]);
  });

  it('compares whole trees where GitLab may have left out changed files', async () => {
    const server = await useGitLab();
    pushFiles(server, { 'qa/api.yaml': 'a\n' });
    const head = pushFiles(server, { 'qa/api.yaml': 'b\n' });
    server.faults = line => {
      const cut = { old_path: 'other', new_path: 'other' };
      return line.includes(`${head}/diff`) ? { status: 200, body: Array(1000).fill(cut) } : undefined;
    };
    const { repository } = openForge(server);
    const entries = await Array.fromAsync(repository.history(head, path => path.startsWith('qa/')));
    expect(entries.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
      ['qa/api.yaml'],
      ['qa/api.yaml'],
    ]);
  });

  it('takes each kind of token, and asks nothing of the API with a job token that it may not', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n' });
    for (const tokenKind of ['private', 'oauth', 'job'] as const) {
      const { repository } = openForge(server, { tokenKind });
      server.calls();
      expect(await repository.head()).toEqual({ branch: 'main', commit: head });
      expect((await repository.list(head)).map(({ path }) => path)).toEqual(['a.yaml']);
      if (tokenKind === 'job') expect(api(server.calls())).toEqual([]);
    }
  });

  it('waits where GitLab says that it was asked too often', async () => {
    const server = await useGitLab();
    const head = pushFiles(server, { 'a.yaml': 'a: 1\n' });
    let refused = 2;
    server.faults = () => {
      refused -= 1;
      return refused < 0 ? undefined : { status: 429, headers: { 'retry-after': '1' }, body: 'Retry later' };
    };
    expect(await openForge(server).repository.head('main')).toEqual({ branch: 'main', commit: head });
  });

  const ADDRESSES = { 'no URL': 'gitlab.com', 'another scheme': 'ssh://git@gitlab.com' };
  for (const [what, url] of Object.entries(ADDRESSES)) {
    it(`refuses an instance whose address is ${what}`, async () => {
      const server = await useGitLab();
      expect(() => openForge(server, { url })).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
    });
  }

  it('refuses what is no path of a project, and an author that would break commits', async () => {
    const server = await useGitLab();
    for (const project of ['gitops', 'acme/../admin', 'acme/git ops', '/acme/gitops', 'acme/gitops?x=1']) {
      expect(() => openForge(server, { project }), project).toThrow(
        expect.objectContaining({ code: 'CONFIGURATION' }),
      );
    }
    const author = { name: 'A <b>', email: 'c\n' };
    expect(() => openForge(server, { git: { executable: undefined, author } })).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION' }),
    );
  });
});
