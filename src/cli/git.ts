import { isAbsolute } from 'node:path';
import { openGitRepository } from '../git/open.ts';
import type { Transport } from '../git/options.ts';
import type { Repository } from '../git/repository.ts';
import type { Http } from '../http/http.ts';
import { neutralise } from '../reports/neutralise.ts';
import { findProgram } from './find-program.ts';
import { gitLogin } from './git-login.ts';
import { gitIdentity } from './git-person.ts';
import type { Io } from './io.ts';

/** Opens a repository by URL, or a checkout by absolute path. Each location is opened once. */
export type OpenRepository = (location: string) => Promise<Repository>;

/** The repositories of a run on plain Git. */
export interface GitRepositories {
  readonly open: OpenRepository;
  close(): Promise<void>;
}

/** How Git runs: the program's path if it is installed, the environment, and a timeout in milliseconds. */
export function gitProgram({ env }: Pick<Io, 'env'>) {
  return { executable: findProgram('git', env.PATH), env, timeout: 5 * 60_000 };
}

/** Reports slow Git commands, and with `--verbose` the exit code of each command that reached its remote. */
function tellTransport({ stderr, verbose = false }: Io) {
  return (transport: Transport) => {
    const { command, url } = transport;
    const what = `${command} ${url}`;
    if (transport.kind === 'slow') {
      stderr.write(`${neutralise(`${what}: still running, at most ${transport.seconds} s`)}\n`);
    } else if (verbose) stderr.write(`${neutralise(`${what}: exit code ${transport.code}`)}\n`);
  };
}

/** How Git runs, and the author and committer of its commits. */
export function gitSettings(io: Io) {
  return { ...gitProgram(io), ...gitIdentity(io), onTransport: tellTransport(io) };
}

/** Repositories on plain Git, with the `git` program where there is one. */
export function gitRepositories(io: Io, http: Http): GitRepositories {
  const { env, signal } = io;
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
          ...gitSettings(io),
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
