import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Examiner } from '../commands/doctor/examiner.ts';
import { rethrowDefect } from '../errors.ts';
import { openExaminer } from '../registry/remote/examine.ts';
import { childEnvironment } from '../secrets/child-environment.ts';
import type { Opened } from './effects.ts';
import { findProgram } from './find-program.ts';
import type { Io } from './io.ts';
import { registryLogins } from './registry-logins.ts';

/** A check reports soon that a service does not answer; a promotion retries for longer. */
const TRIES = 2;

/** The questions that `promote check` asks this machine and the registries. */
export function createExaminer(io: Io, { http, hosts, deployment }: Opened, writeProbe: boolean): Examiner {
  const { signal } = io;
  const send: typeof http.send = request => http.send({ tries: TRIES, ...request });
  return {
    examine: openExaminer({
      http: { ...http, send },
      credentials: registryLogins(io, http),
      signal,
      hosts,
      writeProbe,
      time: Date.now,
    }),
    missingLogin: async place => {
      const opened = await deployment(place);
      return opened.forge === undefined ? opened.missing : undefined;
    },
    login: async place => {
      const opened = await deployment(place);
      if (opened.forge === undefined) return undefined;
      const { repository, forge, mayWrite, tokenRights } = opened;
      return { repository: repository.name, viewer: forge.viewer, mayWrite, tokenRights };
    },
    versions: async () => ({ node: process.versions.node, git: await gitVersion(io) }),
  };
}

async function gitVersion({ env }: Io): Promise<string | undefined> {
  const program = findProgram('git', env.PATH);
  if (program === undefined) return undefined;
  try {
    const { stdout } = await promisify(execFile)(program, ['version'], {
      env: { ...childEnvironment(env, 'git') },
    });
    return /\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0];
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
