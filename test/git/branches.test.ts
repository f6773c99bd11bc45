import { expect, it, onTestFinished } from 'vitest';
import { startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import { commitFiles, GIT, git, makeBare, makeRepository, open } from './fixture.ts';

describeWith(['git'], 'the branches of a remote', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`lists branches below a prefix, and reads the whole history of each and of the base, ${how}`, async () => {
      const work = await makeRepository({ 'values.yaml': 'image: a\n' });
      for (const text of ['b', 'c']) await commitFiles(work, { 'values.yaml': `image: ${text}\n` }, text);
      const { root, bare } = await makeBare(work);
      const server = await startGitHttp(root);
      onTestFinished(() => server.close());
      const repository = await open({ kind: 'remote', url: `${server.url}/origin.git` }, executable);
      const base = (await repository.head('main'))?.commit ?? '';
      await repository.tree(base);
      await git(
        work,
        'push',
        '--quiet',
        bare,
        'main~1:refs/heads/promote/qa/api',
        'main:refs/heads/promote/qa2/x',
      );
      const heads = await repository.branches?.('promote/qa/');
      expect(heads).toEqual([{ branch: 'promote/qa/api', commit: await git(bare, 'rev-parse', 'main~1') }]);
      const all = () => true;
      for (const commit of [base, heads?.[0]?.commit ?? '']) {
        const entries = await Array.fromAsync(repository.history(commit, all));
        expect(entries.length).toBe(Number(await git(bare, 'rev-list', '--first-parent', '--count', commit)));
      }
    });
  }
});
