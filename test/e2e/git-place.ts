import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pushFiles } from '../forges/gitlab-fixture.ts';
import { temporaryDirectory } from '../git/fixture.ts';
import { branchHead } from '../servers/bare-git.ts';
import { createBare } from '../servers/create-bare.ts';
import { startGitHttp } from '../servers/git-http.ts';
import { fileAt, readCommit } from '../servers/gitlab/objects.ts';
import { runProgram } from '../servers/tools.ts';
import type { ReviewPlace } from './review-place.ts';

/** Merges `$1` into main, in one shell, as a process as large as one that runs tests takes long to start another. */
const MERGE = `
tree=$(git merge-tree --write-tree main "$1")
merged=$(git commit-tree "$tree" -p main -p "$1" -m Merge)
git update-ref refs/heads/main "$merged"`;

/** A repository on a Git server that knows no pull requests. */
export async function gitPlace(): Promise<ReviewPlace> {
  const root = await temporaryDirectory();
  const bare = join(root, 'origin.git');
  await createBare(bare);
  const world = { bare };
  pushFiles({ world }, { 'README.md': '# gitops\n' });
  const server = await startGitHttp(root);
  onTestFinished(() => server.close());
  let seen = 0;
  return {
    url: `${server.url}/origin.git`,
    variables: { CI: 'true', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    push: async (files, branch = 'main') => pushFiles({ world }, files, { branch }),
    pushMeanwhile: async files => {
      server.before = async line => {
        if (!line.includes('git-receive-pack')) return;
        server.before = async () => undefined;
        pushFiles({ world }, files);
      };
    },
    file: async (path, branch = 'main') => fileAt(bare, branchHead(world, branch), path),
    head: async branch => branchHead(world, branch),
    parents: async commit => readCommit(bare, commit)?.parents ?? [],
    merge: async branch => {
      const person = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' };
      const committer = { GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' };
      await runProgram('sh', ['-ec', MERGE, 'merge', branch], { ...person, ...committer, GIT_DIR: bare });
    },
    calls: () => {
      const calls = server.requests.slice(seen).map(({ line }) => line);
      seen = server.requests.length;
      return calls;
    },
  };
}
