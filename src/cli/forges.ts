import { isAbsolute } from 'node:path';
import type { Deployment } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { OpenedForge } from '../forges/forge.ts';
import { unproven } from '../forges/gitlab/job-askers.ts';
import { isGitLabJob } from '../forges/gitlab/place.ts';
import { type LocatedForge, locateForge, ownRepository } from '../forges/open.ts';
import { checkoutBlobs } from '../git/executable/checkout-blobs.ts';
import type { Http } from '../http/http.ts';
import { neutralise } from '../reports/neutralise.ts';
import type { Effects } from '../run/effects.ts';
import { findCheckout } from './environments-file.ts';
import { type GitRepositories, gitProgram, gitSettings } from './git.ts';
import type { Io } from './io.ts';
import type { OpenedRepository } from './opened-repository.ts';
import { withoutLogin } from './without-login.ts';

/** The repositories of a run, each opened once, on their forges if there is a login. */
export interface Forges {
  /** Opens a repository by URL, or a checkout by its absolute path. */
  open(location: string, stated?: Deployment['forge']): Promise<OpenedRepository>;
  readonly compare: NonNullable<Effects['compare']>;
  readonly releaseNotes: NonNullable<Effects['releaseNotes']>;
  readonly runApprovals: NonNullable<Effects['runApprovals']>;
  readonly saidInFirstAttempt: NonNullable<Effects['saidInFirstAttempt']>;
  /** The protection of an environment of the CI run's own repository; outside of CI of `other`. */
  environmentProtection(
    name: string,
    other: () => Promise<OpenedRepository>,
  ): ReturnType<OpenedForge['environmentProtection']>;
  readonly runAskers: NonNullable<Effects['runAskers']>;
  /** The repository that this CI pipeline belongs to, if there is a login for it. */
  readonly own: () => Promise<OpenedForge | undefined>;
  close(): Promise<void>;
}

/** Opens forges on top of plain Git. A repository without a known forge or a login stays on plain Git. */
export function createForges(io: Io, http: Http, git: GitRepositories): Forges {
  const opened = new Map<string, Promise<OpenedForge | undefined>>();

  async function open(location: string, stated?: Deployment['forge']): Promise<OpenedRepository> {
    const plain = isAbsolute(location) ? await git.open(location) : undefined;
    const address = plain?.name ?? withoutLogin(location);
    const place = locateForge(io.env, address, stated);
    const found = place && (await openPlace(place, location));
    if (found !== undefined) return found;
    const repository = plain ?? (await git.open(location));
    if (place === undefined) return { repository };
    const missing = `${address} is on ${place.kind}, for which no token is set`;
    if (stated === undefined) return { repository, missing };
    throw new PromoteError('UNAUTHORIZED', missing, { hint: place.hint, isAbsent: true });
  }

  function openPlace(place: LocatedForge, location: string): Promise<OpenedForge | undefined> {
    const known = opened.get(place.web);
    if (known !== undefined) return known;
    const { env, signal } = io;
    const log = (text: string) => io.stderr.write(`${neutralise(text)}\n`);
    const localBlob = localBlobs(io, location);
    const notice = io.notice ?? log;
    const opening = place.open({
      env,
      http,
      // Only a forge that is reached over Git reads this, so that Git is not asked otherwise.
      get git() {
        return gitSettings(io);
      },
      localBlob,
      notice,
      log,
      signal,
    });
    opened.set(place.web, opening);
    return opening;
  }

  /** The repository that this CI pipeline belongs to. */
  async function openOwn(): Promise<OpenedForge | undefined> {
    const own = ownRepository(io.env);
    const found = own === undefined ? undefined : await open(own);
    return found?.forge === undefined ? undefined : found;
  }

  let askers: ReturnType<NonNullable<Effects['runAskers']>> | undefined;
  return {
    open,
    compare: async (source, from, to) => {
      for (const forge of opened.values()) {
        const found = await (await forge)?.compare(source, from, to);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    releaseNotes: async (source, tag) => {
      for (const forge of opened.values()) {
        const found = await (await forge)?.releaseNotes(source, tag);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    saidInFirstAttempt: async title => (await (await openOwn())?.saidInFirstAttempt?.(title)) ?? [],
    runApprovals: async () => (await openOwn())?.runApprovals() ?? [],
    environmentProtection: async (name, other) => {
      const found = (await openOwn()) ?? (await other());
      return found.forge === undefined ? undefined : await found.environmentProtection(name);
    },
    runAskers: async (given, named) => {
      askers ??= openOwn().then(async own => {
        if (own === undefined && isGitLabJob(io.env))
          throw unproven('CI_PROJECT_URL names no project of CI_SERVER_URL');
        return (await own?.runAskers(given, named)) ?? given;
      });
      return await askers;
    },
    own: openOwn,
    close: async () => {
      await Promise.allSettled([...opened.values()].map(async forge => await (await forge)?.close()));
    },
  };
}

/** Reads blobs from the local checkout, also of another repository: a hash identifies a blob. */
function localBlobs(io: Io, location: string) {
  const directory = isAbsolute(location) ? location : findCheckout(io.cwd);
  const { executable, env, timeout } = gitProgram(io);
  if (directory === undefined || executable === undefined) return undefined;
  return checkoutBlobs({ executable, directory, env, timeout, signal: io.signal });
}
