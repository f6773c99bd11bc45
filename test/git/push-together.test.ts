import { expect, it, onTestFinished } from 'vitest';
import { startGitHttp } from '../servers/git-http.ts';
import { describeWith } from '../servers/tools.ts';
import { change, GIT, git, makeBare, makeRepository, open } from './fixture.ts';

const FILES = { 'qa/values.yaml': 'image: a\n', 'README.md': 'read me\n' };

async function serve() {
  const { root, bare } = await makeBare(await makeRepository(FILES));
  const server = await startGitHttp(root);
  onTestFinished(() => server.close());
  return { server, url: `${server.url}/origin.git`, bare };
}

describeWith(['git'], 'several commits to a remote', () => {
  for (const executable of [GIT, undefined]) {
    const how = executable === undefined ? 'without git' : 'with git';

    it(`are pushed together, ${how}`, async () => {
      const { url, bare, server } = await serve();
      const repository = await open({ kind: 'remote', url }, executable);
      const head = (await repository.head())?.commit ?? '';
      const below = [
        { message: 'One', files: new Map([['qa/new/a.yaml', 'one\n']]) },
        { message: 'Two', files: new Map([['qa/new/a.yaml', 'two\n']]) },
      ];
      const made = await repository.commit({ ...change(head, { 'README.md': 'last\n' }), below });
      const names = (await git(bare, 'log', '--reverse', '--format=%H', `${head}..main`)).split('\n');
      expect(made).toEqual({ kind: 'committed', commit: names[2], below: names.slice(0, 2) });
      expect(await git(bare, 'show', 'main~2:qa/new/a.yaml')).toBe('one');
      expect(await git(bare, 'fsck', '--strict')).toBe('');
      expect(server.requests.filter(({ line }) => /POST .*git-receive-pack/.test(line))).toHaveLength(1);
    });
  }
});
