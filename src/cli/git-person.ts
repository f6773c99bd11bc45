import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { rethrowDefect } from '../errors.ts';
import { findProgram } from './find-program.ts';
import type { Io } from './io.ts';

/** Who works outside CI: a name for people, and an address where Git's configuration has one. */
export interface GitPerson {
  readonly name: string;
  readonly email?: string | undefined;
}

/** The person of Git's variables or configuration, else who is logged in; `undefined` in CI, which has its own user. */
export function gitPerson({ env, cwd }: Pick<Io, 'env' | 'cwd'>): GitPerson | undefined {
  if (env.CI) return undefined;
  const name = env.GIT_AUTHOR_NAME || setting('user.name', env, cwd) || env.USER || login();
  const email = env.GIT_AUTHOR_EMAIL || setting('user.email', env, cwd);
  return name === undefined ? undefined : { name, email };
}

/** A value of Git's configuration as it holds in the directory; `undefined` without Git, or where it is not set. */
function setting(name: string, env: Io['env'], cwd: string): string | undefined {
  const git = findProgram('git', env.PATH);
  if (git === undefined) return undefined;
  try {
    const options = { cwd, env, encoding: 'utf8' as const, stdio: 'pipe' as const };
    return execFileSync(git, ['config', '--get', name], options).trim() || undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}

/** A container's user may have no entry. */
function login(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
