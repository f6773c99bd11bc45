import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { change, commitFiles, git, makeRepository, openCheckout } from './fixture.ts';
import { makeNotingGit } from './noting-git.ts';

const FILES = { 'qa/api.yaml': 'image: a\n', 'qa/web.yaml': 'image: w\n' };

describeWith(['git'], 'a checkout without a remote, by as few processes of git as it takes', () => {
  it('reads one commit’s tree once, and branches by one process that stays open', async () => {
    const { directory, repository, commands } = await opened();
    const first = await repository.head();
    for (let run = 0; run < 3; run += 1) {
      expect((await repository.head())?.commit).toBe(first?.commit);
      expect((await repository.list(first?.commit ?? '')).length).toBe(2);
    }
    const second = await commitFiles(directory, { 'qa/new.yaml': 'a: b\n' }, 'Meanwhile');
    await git(directory, 'pack-refs', '--all', '--prune');
    expect([await repository.head(), await repository.head('absent')]).toEqual([
      { branch: 'main', commit: second },
      undefined,
    ]);
    expect((await repository.list(second)).length).toBe(3);
    expect(await commands()).toEqual(['cat-file', 'ls-tree', 'ls-tree']);
    await repository.close();
  });

  it('asks what a sparse checkout leaves out only of files that are not there', async () => {
    const { repository, commands } = await opened();
    const head = (await repository.head())?.commit ?? '';
    const ready = await repository.commit(change(head, { 'qa/api.yaml': 'image: b\n' }));
    expect(await commands()).not.toContain('config');
    await repository.commit(
      change(ready.kind === 'committed' ? ready.commit : '', { 'qa/new.yaml': 'a: b\n' }),
    );
    expect(await commands()).toContain('config');
    await repository.close();
  });

  it('reads branches where that process was ended', async () => {
    const { repository, commands } = await opened();
    const head = await repository.head();
    await repository.close();
    expect(await repository.head()).toEqual(head);
    expect(await commands()).toEqual(['cat-file', 'rev-parse']);
    await repository.close();
  });
});

async function opened() {
  const directory = await makeRepository(FILES);
  const noting = await makeNotingGit();
  const repository = await openCheckout(directory, noting.executable);
  await noting.commands();
  return { directory, repository, commands: noting.commands };
}
