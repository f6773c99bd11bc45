import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { GitRepository } from '../../src/git/open.ts';
import { describeWith } from '../servers/tools.ts';
import { commitFiles, GIT, git, makeRepository, openCheckout, temporaryDirectory } from './fixture.ts';

const isYaml = (path: string) => path.endsWith('.yaml');

async function summary(repository: GitRepository, commit: string) {
  const entries = await Array.fromAsync(repository.history(commit, isYaml));
  return entries.map(({ message, changes }) => [message.trim(), changes.map(({ path }) => path)]);
}

/** main: first, second, a merge that brings a branch's two commits, one that touches no YAML, a removal. */
async function makeHistory(): Promise<string> {
  const directory = await makeRepository({ 'a.yaml': '1\n', 'notes.md': 'n\n' });
  await git(directory, 'checkout', '--quiet', '-b', 'side');
  await commitFiles(directory, { 'sub/b.yaml': '1\n' }, 'on a branch');
  await commitFiles(directory, { 'sub/b.yaml': '2\n' }, 'on a branch again');
  await git(directory, 'checkout', '--quiet', 'main');
  await commitFiles(directory, { 'a.yaml': '2\n' }, 'second');
  await git(directory, 'merge', '--quiet', '--no-ff', '--message', 'merge', 'side');
  await commitFiles(directory, { 'notes.md': 'more\n' }, 'notes');
  await git(directory, 'rm', '--quiet', 'a.yaml');
  await git(directory, 'commit', '--quiet', '--message', 'remove\n\nwith a body');
  return directory;
}

const HISTORY = [
  ['remove\n\nwith a body', ['a.yaml']],
  ['merge', ['sub/b.yaml']],
  ['second', ['a.yaml']],
  ['first', ['a.yaml']],
];

describeWith(['git'], 'history', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`shows what came to the branch, newest first, merges as one, ${how}`, async () => {
      const directory = await makeHistory();
      const head = await git(directory, 'rev-parse', 'HEAD');
      const repository = await openCheckout(directory, executable);
      expect(await summary(repository, head)).toEqual(HISTORY);
      const [removed, , second] = await Array.fromAsync(repository.history(head, isYaml));
      const [one, two] = [
        await git(directory, 'rev-parse', 'main~4:a.yaml'),
        await git(directory, 'rev-parse', 'main~3:a.yaml'),
      ];
      expect(removed?.changes).toEqual([{ path: 'a.yaml', before: two }]);
      expect(second?.changes).toEqual([{ path: 'a.yaml', before: one, after: two }]);
      expect(second?.author).toBe('Ann <ann@example.com>');
      expect(second?.date.getTime()).toBe(
        Number(await git(directory, 'log', '-1', '--format=%ct', 'main~3')) * 1000,
      );
    });

    it(`shows what a shallow clone without a remote holds and then that it is cut, ${how}`, async () => {
      const directory = await makeHistory();
      const shallow = join(await temporaryDirectory(), 'shallow');
      await git(directory, 'clone', '--quiet', '--depth=4', `file://${directory}`, shallow);
      await git(shallow, 'remote', 'remove', 'origin');
      const repository = await openCheckout(shallow, executable);
      const seen: string[] = [];
      const walk = async () => {
        const head = await git(shallow, 'rev-parse', 'HEAD');
        for await (const { message } of repository.history(head, isYaml)) seen.push(message.trim());
      };
      await expect(walk()).rejects.toMatchObject({ code: 'GIT' });
      expect(seen).toEqual(HISTORY.slice(0, 2).map(([message]) => message));
    });

    it(`can be left after the first entry, ${how}`, async () => {
      const directory = await makeHistory();
      const repository = await openCheckout(directory, executable);
      for await (const entry of repository.history(await git(directory, 'rev-parse', 'HEAD'), isYaml)) {
        expect(entry.message).toContain('remove');
        break;
      }
    });

    it(`counts no change of mode and no symbolic link as a file's, ${how}`, async () => {
      const directory = await makeRepository({ 'a.yaml': '1\n', 'link.yaml': 'x\n' });
      await git(directory, 'update-index', '--chmod=+x', 'a.yaml');
      await git(directory, 'commit', '--quiet', '--message', 'mode');
      await writeFile(join(directory, 'target'), 'target');
      const target = await git(directory, 'hash-object', '-w', 'target');
      await git(directory, 'update-index', '--cacheinfo', `120000,${target},link.yaml`);
      await git(directory, 'commit', '--quiet', '--message', 'link');
      const repository = await openCheckout(directory, executable);
      const entries = await Array.fromAsync(
        repository.history(await git(directory, 'rev-parse', 'HEAD'), isYaml),
      );
      expect(entries.map(({ message }) => message.trim())).toEqual(['link', 'first']);
      expect(entries[0]?.changes[0]).not.toHaveProperty('after');
    });
  }

  it("tells the whole history of a shallow clone's remote, with its contents, and leaves the clone shallow", async () => {
    const directory = await makeHistory();
    await git(directory, 'config', 'uploadpack.allowFilter', 'true');
    const shallow = join(await temporaryDirectory(), 'shallow');
    await git(directory, 'clone', '--quiet', '--depth=1', `file://${directory}`, shallow);
    const head = await git(shallow, 'rev-parse', 'HEAD');
    const repository = await openCheckout(shallow, GIT);
    expect(await summary(repository, head)).toEqual(HISTORY);
    const entries = await Array.fromAsync(repository.history(head, isYaml));
    const blobs = entries.flatMap(({ changes }) => changes.flatMap(({ before }) => before ?? []));
    expect([...(await repository.read(blobs)).values()]).toContain('1\n');
    expect(await git(shallow, 'rev-list', '--count', 'HEAD')).toBe('1');
  });

  it('says that the commit is not there', async () => {
    const repository = await openCheckout(await makeHistory(), GIT);
    await expect(Array.fromAsync(repository.history('1'.repeat(40), isYaml))).rejects.toMatchObject({
      code: 'GIT',
    });
    await expect(Array.fromAsync(repository.history('--all', isYaml))).rejects.toMatchObject({
      code: 'INVALID',
    });
  });
});
