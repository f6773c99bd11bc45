import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommitRequest } from '../../src/git/repository.ts';
import { describeWith } from '../servers/tools.ts';
import { change, commitFiles, GIT, git, makeRepository, openCheckout } from './fixture.ts';

const FILES = { 'qa/values.yaml': 'image: a\n', 'README.md': 'read me\n' };

const REFUSED = [
  '/etc/passwd',
  '../outside.yaml',
  'qa/../../outside.yaml',
  'qa//values.yaml',
  'qa/./values.yaml',
  'qa/',
  '',
  '.git/config',
  'qa/.GIT/config',
  'GIT~1/config',
  '.git. /config',
  'qa\\values.yaml',
  'qa/line\nbreak.yaml',
  '.github/workflows/build.yaml',
  '.GitHub/workflows/build.yaml',
  '.gitlab-ci.yml',
  'qa',
  'qa/values.yaml/below.yaml',
  'link',
  'link/values.yaml',
  'module',
  'module/values.yaml',
];

describeWith(['git'], 'a commit', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`refuses paths that are no regular files of a deployment, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await symlink('qa', join(directory, 'link'));
      await commitFiles(directory, {}, 'link');
      const module = await git(directory, 'rev-parse', 'HEAD');
      await git(directory, 'update-index', '--add', '--cacheinfo', `160000,${module},module`);
      await git(directory, 'commit', '--quiet', '--message', 'submodule');
      const parent = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      const listed = (await repository.list(parent)).map(({ path }) => path);
      expect(listed.sort()).toEqual(['README.md', 'qa/values.yaml']);
      for (const path of REFUSED) {
        const commit = repository.commit(
          change(parent, { [path]: 'text\n' }, { branch: 'other', expected: undefined }),
        );
        await expect(commit, path).rejects.toMatchObject({ code: 'INVALID' });
      }
      const clash = change(parent, { 'new/a': '1\n', 'new/a/b': '2\n' });
      await expect(repository.commit(clash)).rejects.toMatchObject({ code: 'INVALID' });
      expect(await git(directory, 'rev-parse', 'main')).toBe(parent);
    });

    it(`makes no commit where nothing changes, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      expect(await repository.commit(change(head, FILES))).toEqual({ kind: 'committed', commit: head });
      const moved = await commitFiles(directory, { 'README.md': 'moved\n' }, 'moved');
      expect(await repository.commit(change(head, FILES))).toEqual({ kind: 'moved', actual: moved });
    });

    it(`makes several commits on one another, and moves the branch once, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      const below = [
        { message: 'One', files: new Map([['new/deep/a.yaml', 'one\n']]) },
        { message: 'Nothing', files: new Map([['README.md', 'read me\n']]) },
        {
          message: 'Two',
          files: new Map([
            ['new/deep/a.yaml', 'two\n'],
            ['README.md', 'on the way\n'],
          ]),
        },
      ];
      const request = { ...change(head, { 'README.md': 'last\n' }), message: 'Three', below };
      const made = await repository.commit(request);
      const [one = '', three = ''] = [
        await git(directory, 'rev-parse', 'main~2'),
        await git(directory, 'rev-parse', 'main'),
      ];
      const two = await git(directory, 'rev-parse', 'main~1');
      expect(made).toEqual({ kind: 'committed', commit: three, below: [one, one, two] });
      expect(await git(directory, 'log', '--format=%s', `${head}..main`)).toBe('Three\nTwo\nOne');
      expect(await git(directory, 'show', 'main~1:new/deep/a.yaml')).toBe('two');
      expect(await git(directory, 'diff', '--name-only', 'main~1', 'main')).toBe('README.md');
      expect(await git(directory, 'status', '--porcelain')).toBe('');
      expect(await git(directory, 'fsck', '--strict')).toBe('');
    });

    it(`puts a pull request's branch onto a new base by one update, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const first = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      const request = { branch: 'promote/qa/api', expected: undefined };
      const proposed = await repository.commit(change(first, { 'qa/values.yaml': 'image: b\n' }, request));
      const base = await commitFiles(directory, { 'README.md': 'newer\n' }, 'newer');
      const expected = proposed.kind === 'committed' ? proposed.commit : '';
      const again = await repository.commit(
        change(base, { 'qa/values.yaml': 'image: c\n' }, { ...request, expected }),
      );
      expect(again.kind).toBe('committed');
      expect(await git(directory, 'rev-parse', 'promote/qa/api~1')).toBe(base);
      expect(await git(directory, 'diff', '--name-only', 'main', 'promote/qa/api')).toBe('qa/values.yaml');
    });

    const INVALID: Readonly<Record<string, Partial<CommitRequest>>> = {
      'a branch named like an option': { branch: '--delete' },
      'a branch that leaves refs/heads': { branch: '../../config' },
      'a lock as branch': { branch: 'main.lock' },
    };
    for (const [what, more] of Object.entries(INVALID)) {
      it(`refuses ${what}, ${how}`, async () => {
        const directory = await makeRepository(FILES);
        const head = await git(directory, 'rev-parse', 'HEAD');
        const repository = await openCheckout(directory, executable);
        const commit = repository.commit(change(head, { 'qa/values.yaml': 'b\n' }, more));
        await expect(commit).rejects.toMatchObject({ code: 'INVALID' });
      });
    }

    it(`says which blob is too large, no text, or absent, ${how}`, async () => {
      const directory = await makeRepository({ large: 'x'.repeat(5 * 1024 * 1024 + 1) });
      await writeFile(join(directory, 'latin1'), Buffer.from([0x66, 0xfc, 0x72]));
      const head = await commitFiles(directory, {}, 'latin1');
      const repository = await openCheckout(directory, executable);
      const blobs = new Map((await repository.list(head)).map(({ path, blob }) => [path, blob]));
      const large = blobs.get('large') ?? '';
      expect((await repository.read([large], () => true)).get(large)).toHaveLength(5 * 1024 * 1024 + 1);
      const codes = { large: 'TOO_LARGE', latin1: 'INVALID', absent: 'NOT_FOUND' };
      for (const [path, code] of Object.entries(codes)) {
        const read = repository.read([blobs.get(path) ?? '1'.repeat(40)]);
        await expect(read).rejects.toMatchObject({ code });
      }
    });
  }

  it('refuses an author that would break the commit', async () => {
    const directory = await makeRepository(FILES);
    const author = { name: 'Ann <ann>', email: 'ann@example.com\n' };
    await expect(openCheckout(directory, GIT, { author })).rejects.toMatchObject({ code: 'CONFIGURATION' });
  });
});
