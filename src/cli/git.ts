import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { openGitRepository } from '../forges/git.ts';
import type { Repository } from '../forges/repository.ts';
import type { Io } from './io.ts';

/** Opens a repository by URL, or a checkout by its absolute path; the same name gives the same repository. */
export type OpenRepository = (location: string) => Promise<Repository>;

/** Repositories on plain Git, with the `git` program where there is one. */
export function gitRepositories({ env, signal }: Io): {
  readonly open: OpenRepository;
  close(): Promise<void>;
} {
  const opened = new Map<string, ReturnType<typeof openGitRepository>>();
  const executable = findProgram('git', env.PATH);
  const author = {
    name: env.GIT_AUTHOR_NAME ?? 'promote',
    email: env.GIT_AUTHOR_EMAIL ?? 'noreply@gitops-promote.dev',
  };
  return {
    open: location => {
      const known = opened.get(location);
      const repository =
        known ??
        openGitRepository({
          location: isAbsolute(location)
            ? { kind: 'checkout', directory: location }
            : { kind: 'remote', url: location },
          executable,
          author,
          env,
          credentials: async () => tokenLogin(env),
          signal,
        });
      opened.set(location, repository);
      return repository;
    },
    close: async () => {
      for (const repository of await Promise.allSettled(opened.values())) {
        if (repository.status === 'fulfilled') await repository.value.close();
      }
    },
  };
}

function tokenLogin({ PROMOTE_GIT_TOKEN: password, PROMOTE_GIT_USERNAME: username }: Io['env']) {
  return password ? { username: username ?? 'x-access-token', password } : undefined;
}

function findProgram(name: string, path = ''): string | undefined {
  return path
    .split(delimiter)
    .filter(directory => directory !== '')
    .map(directory => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
