import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: what ships has no types
type Module = any;

const AUTHOR = { name: 'tester', email: 'tester@example.com' };
const PATH = process.env.PATH;

/** Calls of what reads and writes Git repositories, and what checks a forge's branches. */
export const GIT_CALLS = {
  'src/forges/github/branch-guard.ts': {
    branchGuard: async ({ branchGuard }: Module) => {
      const ask = async () => ({ protected: false });
      const github = { ask, pages: async () => [] };
      const auth = { kind: 'app', id: '7' };
      const source = { kind: 'app', id: 7, name: 'App 7' };
      expect(await branchGuard(github, auth, { branch: 'main', isPushedTo: false })).toMatchObject({
        source,
      });
    },
  },
  'src/forges/github/branch-rules.ts': {
    branchRules: ({ branchRules }: Module) =>
      expect(branchRules('main', { commit: 'direct' }, { pushes: [{}] })).toMatchObject([
        { verdict: 'warning' },
      ]),
  },
  'src/git/executable/open.ts': {
    openWithExecutable: async ({ openWithExecutable }: Module) =>
      await readsHead(await openWithExecutable('git', { ...(await checkout()), env: { PATH } })),
  },
  'src/git/isomorphic/open.ts': {
    openWithoutExecutable: async ({ openWithoutExecutable }: Module) =>
      await readsHead(await openWithoutExecutable(await checkout())),
  },
  'src/git/executable/write-commit.ts': {
    writeSignedCommit: async ({ writeSignedCommit }: Module) => {
      const { directory } = (await checkout()).location;
      const git = (...args: readonly string[]) =>
        execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
      const context = { executable: 'git', directory, env: { PATH }, secrets: [], timeout: 60_000 };
      const changes = [{ path: 'a', mode: '100644', text: 'b' }];
      const by = { author: AUTHOR, committer: AUTHOR, date: new Date(0) };
      const parent = git('rev-parse', 'HEAD');
      const commit = await writeSignedCommit(context, { parent, changes, message: 'Write', ...by });
      expect(git('show', `${commit}:a`)).toBe('b');
    },
  },
};

/** A checkout with one commit. */
async function checkout() {
  const directory = await mkdtemp(join(tmpdir(), 'promote-'));
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', directory, ...args]);
  git('init', '--quiet', '--initial-branch=main');
  const person = ['-c', `user.name=${AUTHOR.name}`, '-c', `user.email=${AUTHOR.email}`];
  git(...person, 'commit', '--quiet', '--allow-empty', '--message=Start');
  return { location: { kind: 'checkout', directory }, executable: undefined, author: AUTHOR } as const;
}

async function readsHead({ branches, close }: Module): Promise<void> {
  expect(await branches.head('main')).toMatchObject({ commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
  await close();
}
