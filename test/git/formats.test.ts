import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { change, fileText, GIT, git, makeRepository, openCheckout, temporaryDirectory } from './fixture.ts';
import { makeNotingGit } from './noting-git.ts';

const FILES = { 'qa/values.yaml': 'image: a\n', 'README.md': 'read me\n' };
const CHANGED = { 'qa/values.yaml': 'image: b\n' };

describeWith(['git'], 'a checkout in an uncommon format', () => {
  it('follows a branch into the linked working tree that has it checked out', async () => {
    const directory = await makeRepository(FILES);
    const linked = join(await temporaryDirectory(), 'linked');
    await git(directory, 'worktree', 'add', '--quiet', '-b', 'release', linked);
    const head = await git(directory, 'rev-parse', 'HEAD');
    const fromMain = await openCheckout(directory, GIT);
    expect((await fromMain.commit(change(head, CHANGED, { branch: 'release' }))).kind).toBe('committed');
    expect(await fileText(linked, 'qa/values.yaml')).toBe('image: b\n');
    expect(await git(linked, 'status', '--porcelain')).toBe('');
    expect(await git(directory, 'status', '--porcelain')).toBe('');

    const fromLinked = await openCheckout(linked, GIT);
    expect((await fromLinked.head())?.branch).toBe('release');
    expect((await fromLinked.commit(change(head, { 'new.yaml': 'n\n' }))).kind).toBe('committed');
    expect(await fileText(directory, 'new.yaml')).toBe('n\n');
    expect(await git(directory, 'status', '--porcelain')).toBe('');
  });

  it('writes SHA-256 repositories', async () => {
    const directory = await makeRepository(FILES, '--object-format=sha256');
    const repository = await openCheckout(directory, GIT);
    const head = await repository.head();
    expect(head?.commit).toHaveLength(64);
    expect((await repository.commit(change(head?.commit ?? '', CHANGED))).kind).toBe('committed');
    expect(await git(directory, 'status', '--porcelain')).toBe('');
    await git(directory, 'fsck', '--strict');
  });

  it('writes an index of version 4', async () => {
    const directory = await makeRepository(FILES);
    await git(directory, 'update-index', '--index-version=4');
    const repository = await openCheckout(directory, GIT);
    const head = await git(directory, 'rev-parse', 'HEAD');
    expect((await repository.commit(change(head, CHANGED))).kind).toBe('committed');
    expect(await git(directory, 'status', '--porcelain')).toBe('');
  });

  it('takes and keeps the line endings that the checkout asks for', async () => {
    const directory = await makeRepository({ ...FILES, '.gitattributes': '*.yaml text eol=crlf\n' });
    await writeFile(join(directory, 'qa/values.yaml'), 'image: a\r\n');
    const head = await git(directory, 'rev-parse', 'HEAD');
    const repository = await openCheckout(directory, GIT);
    expect((await repository.commit(change(head, CHANGED))).kind).toBe('committed');
    expect(await fileText(directory, 'qa/values.yaml')).toBe('image: b\r\n');
    expect(await git(directory, 'status', '--porcelain')).toBe('');
  });

  it('touches few objects and scans nothing in a repository of 3000 files', async () => {
    const few = await commitAmong(30);
    const many = await commitAmong(3000);
    // A blob, the four trees above it, and the commit.
    expect(await git(many.directory, 'count-objects')).toMatch(/^6 objects/);
    expect(await git(many.directory, 'status', '--porcelain')).toBe('');
    expect(many.commands).toEqual(few.commands);
    expect(many.commands.filter(name => SCANNING.includes(name))).toEqual([]);
  });

  it('says that a Git is too old rather than have it ignore its settings', async () => {
    const old = join(await temporaryDirectory(), 'git');
    await writeFile(old, '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 });
    await expect(openCheckout(await makeRepository(FILES), old)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  const NEEDS_GIT: Readonly<Record<string, () => Promise<string>>> = {
    'a SHA-256 repository': () => makeRepository(FILES, '--object-format=sha256'),
    'a linked working tree': async () => {
      const linked = join(await temporaryDirectory(), 'linked');
      await git(await makeRepository(FILES), 'worktree', 'add', '--quiet', '-b', 'release', linked);
      return linked;
    },
    'a remote that is a path': async () => {
      const directory = await makeRepository(FILES);
      await git(directory, 'remote', 'add', 'origin', '/srv/origin.git');
      return directory;
    },
  };
  for (const [what, make] of Object.entries(NEEDS_GIT)) {
    it(`says that ${what} needs git where there is none`, async () => {
      await expect(openCheckout(await make(), undefined)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });
  }

  const REFUSES: Readonly<Record<string, (directory: string) => Promise<unknown>>> = {
    'an index of version 4': directory => git(directory, 'update-index', '--index-version=4'),
    'a branch in a linked working tree': async directory => {
      await git(directory, 'checkout', '--quiet', '--detach');
      await git(directory, 'worktree', 'add', '--quiet', join(await temporaryDirectory(), 'linked'), 'main');
    },
  };
  for (const [what, prepare] of Object.entries(REFUSES)) {
    it(`changes nothing for ${what} where there is no git`, async () => {
      const directory = await makeRepository(FILES);
      await prepare(directory);
      const head = await git(directory, 'rev-parse', 'main');
      const repository = await openCheckout(directory, undefined);
      await expect(repository.commit(change(head, CHANGED))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(await git(directory, 'rev-parse', 'main')).toBe(head);
      expect(await fileText(directory, 'qa/values.yaml')).toBe('image: a\n');
    });
  }
});

/** Git's commands that look at every file of the working tree. */
const SCANNING = ['status', 'add', 'commit', 'diff', 'diff-files', 'checkout', 'reset', 'stash'];

/** Commits a change to one of so many files; answers the commands of Git that it took, by name. */
async function commitAmong(count: number) {
  const names = Array.from({ length: count }, (_, at) => `apps/team-${at % 30}/app-${at}/values.yaml`);
  const directory = await makeRepository(Object.fromEntries(names.map(name => [name, `name: ${name}\n`])));
  await git(directory, 'gc', '--quiet');
  const noting = await makeNotingGit();
  const repository = await openCheckout(directory, noting.executable);
  const head = await repository.head();
  const files = await repository.list(head?.commit ?? '');
  expect((await repository.read(files.map(({ blob }) => blob))).size).toBe(count);
  await noting.commands();
  await repository.commit(change(head?.commit ?? '', { [names[7] ?? '']: 'name: new\n' }));
  return { directory, commands: await noting.commands() };
}
