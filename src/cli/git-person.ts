import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { rethrowDefect } from '../errors.ts';
import type { Identity } from '../git/author.ts';
import { childEnvironment } from '../secrets/child-environment.ts';
import { findProgram } from './find-program.ts';
import type { Io } from './io.ts';

/** The person who works outside CI: a name for people, and an address if Git's configuration has one. */
export interface GitPerson {
  readonly name: string;
  readonly email?: string | undefined;
}

/** The person in Git's variables or configuration, else the logged-in user; `undefined` in CI. */
export function gitPerson({ env, cwd }: Pick<Io, 'env' | 'cwd'>): GitPerson | undefined {
  if (env.CI) return undefined;
  const isNamed = env.GIT_AUTHOR_NAME && env.GIT_AUTHOR_EMAIL;
  const configured = isNamed ? new Map<string, string>() : configuredPerson(env, cwd);
  const name = env.GIT_AUTHOR_NAME || configured.get('user.name') || env.USER || login();
  const email = env.GIT_AUTHOR_EMAIL || configured.get('user.email');
  return name === undefined ? undefined : { name, email };
}

/**
 * The author and committer of commits by the `git` program, from Git's variables and configuration, in CI
 * too. Also whether to sign off. https://git-scm.com/docs/git-config#Documentation/git-config.txt-username
 */
export function gitIdentity(io: Pick<Io, 'env' | 'cwd'>): Identity {
  const { env, cwd } = io;
  const configured = configuredPerson(env, cwd);
  const user = gitPerson(io);
  const name = configured.get('user.name') ?? user?.name ?? 'promote';
  const email = configured.get('user.email') ?? user?.email ?? 'noreply@gitops-promote.dev';
  const author = {
    name: env.GIT_AUTHOR_NAME || configured.get('author.name') || name,
    email: env.GIT_AUTHOR_EMAIL || configured.get('author.email') || email,
  };
  // If Git's settings name no user, the author is the committer too.
  const committer = {
    name:
      env.GIT_COMMITTER_NAME ||
      configured.get('committer.name') ||
      configured.get('user.name') ||
      author.name,
    email:
      env.GIT_COMMITTER_EMAIL ||
      configured.get('committer.email') ||
      configured.get('user.email') ||
      author.email,
  };
  return {
    author,
    committer,
    signOff: isTrue(configured.get('format.signoff')),
    gpgSign: isTrue(configured.get('commit.gpgsign')),
  };
}

/** Reads a boolean as Git does: a key without a value is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:|true|yes|on|[1-9]\d*)$/i.test(value);
}

/** Git's configuration for the directory; empty without Git. The last of several values counts, as in Git. */
function configuredPerson(env: Io['env'], cwd: string): ReadonlyMap<string, string> {
  const known = PERSONS.get(env)?.get(cwd);
  if (known !== undefined) return known;
  const person = new Map<string, string>(
    askGit(env, cwd, '^((user|author|committer)\\.(name|email)|format\\.signoff|commit\\.gpgsign)$').map(
      entry => {
        const end = entry.indexOf('\n');
        // An entry of a key without a value has no line feed.
        return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1).trim()];
      },
    ),
  );
  PERSONS.set(env, (PERSONS.get(env) ?? new Map()).set(cwd, person));
  return person;
}

/** The persons by directory, since a run asks for the same person several times. */
const PERSONS = new WeakMap<Io['env'], Map<string, ReadonlyMap<string, string>>>();

/** The address of the remote that is called origin; `undefined` where there is none. */
export function gitOrigin({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string | undefined {
  return askGit(env, cwd, '^remote\\.origin\\.url$').at(-1)?.split('\n')[1];
}

/** The settings whose names match, each as its name, a line feed and its value. */
function askGit(env: Io['env'], cwd: string, names: string): readonly string[] {
  const git = findProgram('git', env.PATH);
  if (git === undefined) return [];
  try {
    const options = {
      cwd,
      env: childEnvironment(env, 'git'),
      encoding: 'utf8' as const,
      stdio: 'pipe' as const,
    };
    const args = ['config', '--null', '--get-regexp', names];
    return execFileSync(git, args, options).split('\0').slice(0, -1);
  } catch (error) {
    rethrowDefect(error);
    return [];
  }
}

/** The name of the logged-in user; `undefined` if the system has no entry, as for a container's user. */
function login(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
