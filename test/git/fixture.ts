import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type GitOptions, type GitRepository, openGitRepository } from '../../src/git/open.ts';
import type { CommitRequest } from '../../src/git/repository.ts';
import { findProgram, runProgram, runSeveral } from '../servers/tools.ts';

/** Git with nothing of the machine's own configuration. */
const GIT_ENV = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

/** The path of `git`, for suites that run with and without it. */
export const GIT = findProgram('git');

/** Runs Git and answers with its trimmed output. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  return (await runProgram('git', ['-C', directory, ...args], GIT_ENV)).stdout.trimEnd();
}

/** A directory that is removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'promote-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/** A repository with one commit of these files on `main`. */
export async function makeRepository(
  files: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<string> {
  const directory = join(await temporaryDirectory(), 'work');
  await mkdir(directory);
  await commitFiles(directory, files, 'first', [['init', '--quiet', '--initial-branch=main', ...options]]);
  return directory;
}

/** Writes files and commits them with everything that is staged, after `before`; answers with the commit's name. */
export async function commitFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
  message: string,
  before: readonly (readonly string[])[] = [],
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const commit = [
    ['add', '--all'],
    ['commit', '--quiet', '--message', message],
    ['rev-parse', 'HEAD'],
  ];
  const runs = [...before, ...commit].map(args => ['-C', directory, ...args]);
  return (await runSeveral('git', runs, GIT_ENV)).trimEnd();
}

/**
 * A bare copy named `origin.git` in a directory of its own, as a server has it. Git itself answers a filter only where
 * it is allowed (https://git-scm.com/docs/git-config#Documentation/git-config.txt-uploadpackallowFilter); GitHub and
 * GitLab allow it.
 */
export async function makeBare(
  repository: string,
  ...more: readonly string[]
): Promise<{ readonly root: string; readonly bare: string }> {
  const root = await temporaryDirectory();
  const bare = join(root, 'origin.git');
  const allowed = ['uploadpack.allowFilter=true', 'uploadpack.allowAnySHA1InWant=true'];
  const settings = [...allowed, ...more].flatMap(setting => ['--config', setting]);
  await git(root, 'clone', '--quiet', '--bare', ...settings, repository, bare);
  return { root, bare };
}

/** Opens a repository with or without `git` and closes it when the test ends. */
export async function open(
  location: GitOptions['location'],
  executable: string | undefined,
  options: Partial<GitOptions> = {},
): Promise<GitRepository> {
  const author = { name: 'Promote', email: 'promote@example.com' };
  const repository = await openGitRepository({ location, executable, author, env: GIT_ENV, ...options });
  onTestFinished(() => repository.close());
  return repository;
}

/** Opens a working copy. */
export async function openCheckout(
  directory: string,
  executable: string | undefined,
  options?: Partial<GitOptions>,
) {
  return await open({ kind: 'checkout', directory }, executable, options);
}

/** A request on top of the branch's own head. */
export function change(
  commit: string,
  files: Readonly<Record<string, string>>,
  more: Partial<CommitRequest> = {},
) {
  const request: CommitRequest = {
    branch: 'main',
    parent: commit,
    expected: commit,
    message: 'Promote api to qa\n\nPromote-Environment: qa',
    files: new Map(Object.entries(files)),
    date: new Date('2026-11-20T10:00:00Z'),
    ...more,
  };
  return request;
}

/** A file's text in the working tree. */
export async function fileText(directory: string, path: string): Promise<string> {
  return await readFile(join(directory, path), 'utf8');
}
