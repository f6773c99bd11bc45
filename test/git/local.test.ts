import { chmod, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import {
  change,
  commitFiles,
  fileText,
  GIT,
  git,
  makeRepository,
  openCheckout,
  temporaryDirectory,
} from './fixture.ts';

const FILES = {
  'apps/api/qa/values.yaml': 'image: a\n',
  'apps/web/qa/values.yaml': 'image: w\n',
  'README.md': 'read me\n',
};
const VALUES = 'apps/api/qa/values.yaml';

describeWith(['git'], 'a checkout without a remote', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`reads the checked-out branch, ${how}`, async () => {
      const directory = await makeRepository({ ...FILES, 'bom.yaml': '\ufeffa: 1\r\n' });
      const repository = await openCheckout(join(directory, 'apps'), executable);
      const head = await repository.head();
      expect(head).toEqual({ branch: 'main', commit: await git(directory, 'rev-parse', 'HEAD') });
      const files = await repository.list(head?.commit ?? '');
      expect(files.map(({ path }) => path).sort()).toEqual([
        'README.md',
        VALUES,
        'apps/web/qa/values.yaml',
        'bom.yaml',
      ]);
      const blob = files.find(({ path }) => path === 'bom.yaml')?.blob ?? '';
      expect((await repository.read([blob, blob])).get(blob)).toBe('\ufeffa: 1\r\n');
      expect(await repository.head('absent')).toBeUndefined();
    });

    it(`lists the branches below a prefix, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      for (const name of ['promote/qa/api', 'promote/qa2/api', 'promote-qa'])
        await git(directory, 'branch', name);
      const commit = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      expect(await repository.branches?.('promote/qa/')).toEqual([{ branch: 'promote/qa/api', commit }]);
      expect(await repository.branches?.('promote/production/')).toEqual([]);
    });

    it(`leaves a clean status and a sound repository behind, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await chmod(join(directory, VALUES), 0o755);
      const head = await commitFiles(directory, {}, 'executable');
      const repository = await openCheckout(directory, executable);
      const request = change(head, { [VALUES]: 'image: b\n', 'apps/new/qa/"odd" ü.yaml': 'new\n' });
      const outcome = await repository.commit(request);
      expect(outcome).toEqual({ kind: 'committed', commit: await git(directory, 'rev-parse', 'main') });
      expect(await git(directory, 'status', '--porcelain')).toBe('');
      expect(await git(directory, 'diff-index', 'HEAD')).toBe('');
      expect(await fileText(directory, VALUES)).toBe('image: b\n');
      expect((await stat(join(directory, VALUES))).mode & 0o111).toBe(0o111);
      expect(await git(directory, 'ls-tree', 'HEAD', VALUES)).toMatch(/^100755 /);
      expect(await git(directory, 'log', '-1', '--format=%an <%ae> %cd %B', '--date=iso')).toBe(
        'Promote <promote@example.com> 2026-11-20 10:00:00 +0000 Promote api to qa\n\nPromote-Environment: qa',
      );
      expect(await git(directory, 'diff', '--name-only', 'HEAD~1')).toContain('odd');
      await git(directory, 'fsck', '--strict');
    });

    it.runIf(executable)(`changes what a sparse checkout leaves out in the index alone, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await git(directory, 'sparse-checkout', 'set', 'apps/web');
      const repository = await openCheckout(directory, executable);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const files = { [VALUES]: 'image: b\n', 'apps/web/qa/values.yaml': 'image: v\n' };
      expect((await repository.commit(change(head, files))).kind).toBe('committed');
      expect(await git(directory, 'show', `HEAD:${VALUES}`)).toBe('image: b');
      expect(await git(directory, 'status', '--porcelain')).toBe('');
      expect(await git(directory, 'ls-files', '-t')).toContain(`S ${VALUES}`);
      expect(await fileText(directory, 'apps/web/qa/values.yaml')).toBe('image: v\n');
      await expect(stat(join(directory, VALUES))).rejects.toMatchObject({ code: 'ENOENT' });
      await git(directory, 'update-index', '--no-skip-worktree', VALUES);
      const next = await git(directory, 'rev-parse', 'HEAD~1');
      await git(directory, 'update-ref', 'refs/heads/main', next);
      expect((await repository.commit(change(next, files))).kind).toBe('committed');
      expect(await git(directory, 'status', '--porcelain')).toBe('');
    });

    it(`leaves what the user has staged or not yet staged alone, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await writeFile(join(directory, 'README.md'), 'unstaged\n');
      await writeFile(join(directory, 'staged.txt'), 'staged\n');
      await git(directory, 'add', 'staged.txt');
      const before = await git(directory, 'status', '--porcelain');
      const repository = await openCheckout(directory, executable);
      const outcome = await repository.commit(
        change(await git(directory, 'rev-parse', 'HEAD'), { [VALUES]: 'image: b\n' }),
      );
      expect(outcome.kind).toBe('committed');
      expect(await git(directory, 'status', '--porcelain')).toBe(before);
      expect(await git(directory, 'show', '--name-only', '--format=')).toBe(VALUES);
    });

    const DIRT: Readonly<Record<string, (directory: string) => Promise<unknown>>> = {
      'an edited file': directory => writeFile(join(directory, VALUES), 'image: mine\n'),
      'a staged edit': async directory => {
        await writeFile(join(directory, VALUES), 'image: mine\n');
        await git(directory, 'add', VALUES);
        await writeFile(join(directory, VALUES), 'image: a\n');
      },
      'a removed file': directory => rm(join(directory, VALUES)),
      'a symbolic link in its place': async directory => {
        await rm(join(directory, VALUES));
        await symlink('/dev/null', join(directory, VALUES));
      },
      'a directory that is a symbolic link': async directory => {
        await rm(join(directory, 'apps/api'), { recursive: true });
        await symlink(await makeRepository({ 'qa/values.yaml': 'image: a\n' }), join(directory, 'apps/api'));
      },
    };
    for (const [what, soil] of Object.entries(DIRT)) {
      it(`writes nothing over ${what}, ${how}`, async () => {
        const directory = await makeRepository(FILES);
        const head = await git(directory, 'rev-parse', 'HEAD');
        await soil(directory);
        const before = await git(directory, 'status', '--porcelain');
        const repository = await openCheckout(directory, executable);
        const request = change(head, { 'apps/web/qa/values.yaml': 'image: x\n', [VALUES]: 'image: b\n' });
        await expect(repository.commit(request)).rejects.toMatchObject({
          code: 'DIRTY',
          message: expect.stringContaining(VALUES),
        });
        expect(await git(directory, 'rev-parse', 'HEAD')).toBe(head);
        expect(await git(directory, 'status', '--porcelain')).toBe(before);
        expect(await fileText(directory, 'apps/web/qa/values.yaml')).toBe('image: w\n');
      });
    }

    it(`goes on where a killed run stopped, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const files = {
        [VALUES]: 'image: b\n',
        'apps/web/qa/values.yaml': 'image: x\n',
        'apps/new.yaml': 'new\n',
      };
      // Killed before the ref moved: one file and its entry are new, of another the index alone, the third is untouched.
      await writeFile(join(directory, VALUES), files[VALUES] ?? '');
      await writeFile(join(directory, 'apps/new.yaml'), files['apps/new.yaml']);
      await git(directory, 'add', '--all');
      await rm(join(directory, 'apps/new.yaml'));
      const repository = await openCheckout(directory, executable);
      expect((await repository.commit(change(head, files))).kind).toBe('committed');
      expect(await git(directory, 'status', '--porcelain')).toBe('');
      expect(await git(directory, 'rev-parse', 'HEAD~1')).toBe(head);
      await git(directory, 'fsck', '--strict');
    });

    it(`lets exactly one of two runs win, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const runs = ['b', 'c'].map(async image => {
        const repository = await openCheckout(directory, executable);
        return await repository.commit(change(head, { [VALUES]: `image: ${image}\n` }));
      });
      const outcomes = await Promise.all(runs);
      const winner = outcomes.find(outcome => outcome.kind === 'committed');
      expect(outcomes).toContainEqual({ kind: 'moved', actual: winner?.commit });
      expect(await git(directory, 'rev-parse', 'HEAD')).toBe(winner?.commit);
      expect(await git(directory, 'status', '--porcelain')).toBe('');
    });

    it(`says that a stale lock is in the way, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await writeFile(join(directory, '.git/refs/heads/main.lock'), '');
      const repository = await openCheckout(directory, executable);
      const head = await git(directory, 'rev-parse', 'HEAD');
      const commit = repository.commit(change(head, { [VALUES]: 'image: b\n' }));
      await expect(commit).rejects.toMatchObject({ code: 'GIT', hint: expect.stringContaining('lock') });
      expect(await git(directory, 'status', '--porcelain')).toBe('');
    });

    it(`writes nothing while another Git holds the index, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await writeFile(join(directory, '.git/index.lock'), '');
      const head = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      await expect(repository.commit(change(head, { [VALUES]: 'image: b\n' }))).rejects.toMatchObject({
        code: 'GIT',
      });
      expect(await fileText(directory, VALUES)).toBe('image: a\n');
      expect(await git(directory, 'rev-parse', 'HEAD')).toBe(head);
    });

    it(`advances packed branches and branches that are not checked out, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const head = await git(directory, 'rev-parse', 'HEAD');
      await git(directory, 'branch', 'release');
      await git(directory, 'pack-refs', '--all');
      const repository = await openCheckout(directory, executable);
      const outcome = await repository.commit(
        change(head, { [VALUES]: 'image: b\n' }, { branch: 'release' }),
      );
      expect(outcome).toEqual({ kind: 'committed', commit: await git(directory, 'rev-parse', 'release') });
      expect(await git(directory, 'status', '--porcelain')).toBe('');
      expect(await fileText(directory, VALUES)).toBe('image: a\n');
      const there = await repository.commit(
        change(head, { [VALUES]: 'c\n' }, { branch: 'release', expected: undefined }),
      );
      expect(there.kind).toBe('moved');
      const created = change(head, { [VALUES]: 'c\n' }, { branch: 'promote/qa/api', expected: undefined });
      expect((await repository.commit(created)).kind).toBe('committed');
      expect((await repository.commit({ ...created, message: 'again' })).kind).toBe('moved');
      const beside = { ...created, branch: 'promote/qa' };
      await expect(repository.commit(beside)).rejects.toMatchObject({ code: 'GIT' });
    });

    it(`commits in a bare repository, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      const bare = await temporaryDirectory();
      await git(directory, 'clone', '--quiet', '--bare', '.', bare);
      await git(bare, 'remote', 'remove', 'origin');
      const repository = await openCheckout(bare, executable);
      const head = await repository.head();
      expect((await repository.commit(change(head?.commit ?? '', { [VALUES]: 'image: b\n' }))).kind).toBe(
        'committed',
      );
      expect(await git(bare, 'show', `main:${VALUES}`)).toBe('image: b');
    });

    it(`asks for a branch where HEAD is detached, ${how}`, async () => {
      const directory = await makeRepository(FILES);
      await git(directory, 'checkout', '--quiet', '--detach');
      const repository = await openCheckout(directory, executable);
      await expect(repository.head()).rejects.toMatchObject({ code: 'AMBIGUOUS' });
      expect((await repository.head('main'))?.branch).toBe('main');
    });
  }
});
