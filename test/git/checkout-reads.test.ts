import { chmod, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { commitFiles, GIT, git, makeRepository, openCheckout, temporaryDirectory } from './fixture.ts';

/** So many that the index is the cheaper list. */
const FILES = Object.fromEntries(
  Array.from({ length: 1000 }, (_, file) => [`clusters/service-${file}/values.yaml`, `a: ${file}\n`]),
);
const FIRST = 'clusters/service-0/values.yaml';

/** A checkout, and a Git that writes down what it was asked for. */
async function watchedCheckout(files: Readonly<Record<string, string>> = FILES) {
  const directory = await makeRepository(files);
  const tools = await temporaryDirectory();
  const log = join(tools, 'log');
  const executable = join(tools, 'git');
  await writeFile(log, '');
  await writeFile(
    executable,
    `#!/bin/sh\nfor word; do printf '%s ' "$word" >> ${log}; done\nexec ${GIT} "$@"\n`,
  );
  await chmod(executable, 0o755);
  const asked = async (command: string) => (await readFile(log, 'utf8')).includes(` ${command} `);
  const readAll = async () => {
    const repository = await openCheckout(directory, executable);
    const commit = (await repository.head())?.commit ?? '';
    const listed = await repository.list(commit);
    const texts = await repository.read(listed.map(({ blob }) => blob));
    return {
      listed,
      texts,
      textOf: (path: string) => texts.get(listed.find(file => file.path === path)?.blob ?? ''),
    };
  };
  /** What Git itself says of the commit. */
  const truth = async () =>
    (await git(directory, 'ls-tree', '-r', 'HEAD')).split('\n').flatMap(line => {
      const [, blob = '', path = ''] = /^100\d+ blob (\w+)\t(.*)$/.exec(line) ?? [];
      return path === '' ? [] : [{ path, blob }];
    });
  return { directory, asked, readAll, truth };
}

describeWith(['git'], 'a checkout of many files', () => {
  it('is listed by its index and read from its files, without a run of Git for the contents', async () => {
    const { asked, readAll, truth } = await watchedCheckout();
    const { listed, texts } = await readAll();
    expect(listed).toEqual(await truth());
    expect(new Set(texts.values())).toEqual(new Set(Object.values(FILES)));
    // `cat-file --batch-check` reads branches.
    const contents = ['cat-file --batch', 'cat-file --filters'];
    const runs = await Promise.all(['ls-files', 'ls-tree', ...contents].map(asked));
    expect(runs).toEqual([true, false, false, false]);
  });

  describe('is read as it was committed where', () => {
    it('a file is changed', async () => {
      const { directory, readAll } = await watchedCheckout();
      await writeFile(join(directory, FIRST), 'a: 9\n');
      expect((await readAll()).textOf(FIRST)).toBe('a: 0\n');
    });

    it('a file is gone, or a link is in its place', async () => {
      const { directory, readAll } = await watchedCheckout();
      const [second, third] = ['clusters/service-1/values.yaml', 'clusters/service-2/values.yaml'];
      for (const path of [FIRST, second]) await unlink(join(directory, path));
      await symlink(join(directory, third), join(directory, second));
      const { textOf } = await readAll();
      expect([textOf(FIRST), textOf(second), textOf(third)]).toEqual(['a: 0\n', 'a: 1\n', 'a: 2\n']);
    });

    it('a change is staged', async () => {
      const { directory, asked, readAll, truth } = await watchedCheckout();
      await writeFile(join(directory, FIRST), 'a: 9\n');
      await git(directory, 'add', FIRST);
      const { listed, textOf } = await readAll();
      expect(listed).toEqual(await truth());
      expect([textOf(FIRST), await asked('ls-tree')]).toEqual(['a: 0\n', true]);
    });

    it('a file is only intended to be added', async () => {
      const { directory, readAll, truth } = await watchedCheckout();
      await writeFile(join(directory, 'new.yaml'), 'new\n');
      await git(directory, 'add', '--intent-to-add', 'new.yaml');
      expect((await readAll()).listed).toEqual(await truth());
    });

    it('submodules are not compared', async () => {
      const { directory, asked, readAll } = await watchedCheckout();
      await git(directory, 'config', 'diff.ignoreSubmodules', 'all');
      const head = await git(directory, 'rev-parse', 'HEAD');
      await git(directory, 'update-index', '--add', '--cacheinfo', `160000,${head},vendor/charts`);
      await readAll();
      expect(await asked('ls-tree')).toBe(true);
    });

    it('another branch is read', async () => {
      const { directory } = await watchedCheckout();
      await git(directory, 'switch', '--quiet', '--create', 'other');
      await commitFiles(directory, { [FIRST]: 'a: other\n' }, 'other');
      const repository = await openCheckout(directory, GIT);
      const commit = (await repository.head('main'))?.commit ?? '';
      const blob = (await repository.list(commit)).find(({ path }) => path === FIRST)?.blob ?? '';
      expect((await repository.read([blob])).get(blob)).toBe('a: 0\n');
    });
  });
});

describeWith(['git'], 'what nobody wants of a checkout', () => {
  for (const executable of [GIT, undefined]) {
    it(`is not decoded, ${executable === undefined ? 'without git' : 'with git'}`, async () => {
      const directory = await makeRepository({ 'a.yaml': 'a: ü\n', 'b.yaml': 'b: 1\n' });
      await writeFile(join(directory, 'latin1.yaml'), Buffer.from('name: M\xfcller\n', 'latin1'));
      const commit = await commitFiles(directory, {}, 'Latin-1');
      const repository = await openCheckout(directory, executable);
      const blobs = (await repository.list(commit)).map(({ blob }) => blob);
      const texts = await repository.read(blobs, bytes => bytes.startsWith('a'));
      expect([...texts.values()]).toEqual(['a: ü\n']);
      await expect(repository.read(blobs)).rejects.toMatchObject({ code: 'INVALID' });
      const all = [...(await repository.read(blobs, () => true)).values()];
      expect(all.filter(text => !text.isWellFormed())).toEqual(['name: M\udcffller\n']);
    });

    it(`is left out of its history, ${executable === undefined ? 'without git' : 'with git'}`, async () => {
      const directory = await makeRepository({ 'a.yaml': '1\n' });
      const commit = await commitFiles(directory, { 'a.yaml': '2\n' }, 'second');
      const repository = await openCheckout(directory, executable);
      const isAny = () => true;
      const earlier = await Array.fromAsync(repository.history(commit, isAny, { earlierOnly: true }));
      const befores = earlier.flatMap(({ changes }) => changes.flatMap(({ before }) => before ?? []));
      expect([...(await repository.read(befores)).values()]).toEqual(['1\n']);
      expect(await Array.fromAsync(repository.history(commit, isAny))).toHaveLength(2);
    });
  }
});
