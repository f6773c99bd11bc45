import { isAbsolute } from 'node:path';
import { openGitRepository } from '../git/open.ts';
import type { Repository } from '../git/repository.ts';
import type { Http } from '../http/http.ts';
import { findProgram } from './find-program.ts';
import { gitLogin } from './git-login.ts';
import { gitIdentity } from './git-person.ts';
import type { Io } from './io.ts';

/** Opens a repository by URL, or a checkout by its absolute path; the same name gives the same repository. */
export type OpenRepository = (location: string) => Promise<Repository>;

/** The repositories of a run on plain Git. */
export interface GitRepositories {
  readonly open: OpenRepository;
  close(): Promise<void>;
}

/** How Git runs: the program where there is one, who commits, and the environment; the time is in milliseconds. */
export function gitSettings(io: Io) {
  const { env } = io;
  return {
    executable: findProgram('git', env.PATH),
    ...gitIdentity(io),
    env,
    timeout: 5 * 60_000,
  };
}

/** Repositories on plain Git, with the `git` program where there is one. */
export function gitRepositories(io: Io, http: Http): GitRepositories {
  const { env, signal } = io;
  const settings = gitSettings(io);
  const credentials = gitLogin(io);
  const opened = new Map<string, ReturnType<typeof openGitRepository>>();
  return {
    open: location => {
      const known = opened.get(location);
      const repository =
        known ??
        openGitRepository({
          location: isAbsolute(location)
            ? { kind: 'checkout', directory: location, follows: env.CI ? 'remote' : 'upstream' }
            : { kind: 'remote', url: location },
          ...settings,
          http,
          credentials,
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
