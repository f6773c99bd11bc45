import { onTestFinished } from 'vitest';
import { commitFiles, git, makeBare, makeRepository } from '../git/fixture.ts';
import { startGitHttp } from '../servers/git-http.ts';
import type { Files, ReviewPlace } from './review-place.ts';

/** A repository on a Git server that knows no pull requests. */
export async function gitPlace(): Promise<ReviewPlace> {
  const work = await makeRepository({ 'README.md': '# gitops\n' });
  const { root, bare } = await makeBare(work, 'http.receivepack=true');
  const server = await startGitHttp(root);
  onTestFinished(() => server.close());
  await git(work, 'remote', 'add', 'origin', bare);
  const push = async (files: Files, branch = 'main') => {
    await git(work, 'fetch', '--quiet', 'origin');
    await git(work, 'checkout', '--quiet', '-B', branch, `origin/${branch}`);
    const commit = await commitFiles(work, files, 'work');
    await git(work, 'push', '--quiet', 'origin', branch);
    return commit;
  };
  let seen = 0;
  return {
    url: `${server.url}/origin.git`,
    variables: { CI: 'true', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    push,
    pushMeanwhile: async files => {
      server.before = async line => {
        if (!line.includes('git-receive-pack')) return;
        server.before = async () => undefined;
        await push(files);
      };
    },
    file: (path, branch = 'main') => git(bare, 'show', `${branch}:${path}`).catch(() => ''),
    head: branch => git(bare, 'rev-parse', '--verify', '--quiet', branch).catch(() => undefined),
    parents: async commit => (await git(bare, 'log', '-1', '--format=%P', commit)).split(' '),
    merge: async branch => {
      const tree = await git(bare, 'merge-tree', '--write-tree', 'main', branch);
      const merged = await git(bare, 'commit-tree', tree, '-p', 'main', '-p', branch, '-m', 'Merge');
      await git(bare, 'update-ref', 'refs/heads/main', merged);
    },
    calls: () => {
      const calls = server.requests.slice(seen).map(({ line }) => line);
      seen = server.requests.length;
      return calls;
    },
  };
}
