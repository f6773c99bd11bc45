import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { Environments } from '../environments/environments.ts';
import { parseEnvironments } from '../environments/parse.ts';
import { PromoteError, reasonOf } from '../errors.ts';
import type { Head, Repository } from '../git/repository.ts';
import type { OpenRepository } from './git.ts';
import type { Io } from './io.ts';
import { DEFAULT_FILE, namedFile } from './program/options.ts';
import { type ReadNamed, readFromDisk } from './read-named.ts';
import type { ReadFrom } from './starting-at.ts';
import { withoutLogin } from './without-login.ts';

/** The environments file, a reader for the files that it names, and the directory of its relative paths. */
export interface LoadedEnvironments {
  readonly environments: Environments;
  readonly read: ReadNamed;
  readonly directory: string;
  /** The checkout that the file is in, or the URL it was read from. */
  readonly home: string | undefined;
  /** The file's path from the root of its repository; absent: the file is in no repository. */
  readonly path?: string | undefined;
  /** Where the file was read from; absent for a file of the working tree. */
  readonly from?: ReadFrom;
}

/**
 * Loads `path`, or `<repository>//<path>@<branch>` without a checkout. In CI a path is read at the head of its
 * repository's default branch. It is never read from the working tree or the checked-out branch, which may be a pull
 * request's.
 */
export async function loadEnvironments(
  io: Io,
  file: string,
  open: OpenRepository,
): Promise<LoadedEnvironments> {
  const remote = /^(.*[^:/])\/\/([^/].*?)(?:@([^@]+))?$/.exec(file);
  if (remote) {
    const [, url = '', path = '', branch] = remote;
    return await loadCommitted(
      io,
      withoutLogin(file),
      {
        repository: await open(url),
        path,
        branch,
        home: url,
      },
      open,
    );
  }
  const absolute = environmentsPath(io.cwd, file);
  const checkout = findCheckout(dirname(absolute));
  if (!io.env.CI) {
    const directory = dirname(absolute);
    const read = readFromDisk(directory);
    const text = await readFile(absolute, 'utf8').catch(cause => {
      const why = reasonOf(cause).text;
      throw new PromoteError('CONFIGURATION', `${file}: the environments file cannot be read: ${why}`, {
        hint: 'write one for this repository with promote init, or name it with --file. It is looked for in this directory and those above it, up to the root of the checkout',
        cause,
      });
    });
    const path = checkout === undefined ? undefined : pathInside(checkout, absolute);
    const environments = named(parseEnvironments(text, file), file);
    return { environments, read, directory, home: checkout, path };
  }
  if (checkout === undefined) {
    throw new PromoteError(
      'CONFIGURATION',
      `${file}: not in a Git checkout, so CI cannot read it at a branch's head`,
      {
        hint: 'check the repository out, or use --file <repository>//<path>@<branch>',
      },
    );
  }
  const path = relative(checkout, absolute).split(sep).join('/');
  return await loadCommitted(
    io,
    file,
    {
      repository: await open(checkout),
      path,
      branch: undefined,
      home: checkout,
    },
    open,
  );
}

interface Committed {
  readonly repository: Repository;
  readonly path: string;
  readonly branch: string | undefined;
  readonly home: string;
}

async function loadCommitted(
  { cwd, env }: Io,
  file: string,
  { repository, path, branch, home }: Committed,
  open: OpenRepository,
): Promise<LoadedEnvironments> {
  const head = await repository.head(branch);
  const readAt = await readerAt(repository, head, branch);
  const directory = isAbsolute(home) ? join(home, dirname(path)) : cwd;
  const outside = readFromDisk(directory);
  const read: ReadNamed = async named => {
    const inside = isAbsolute(home)
      ? pathInside(home, resolve(directory, named))
      : insideOf(posix.dirname(path), named);
    if (inside !== undefined) return await readAt(inside);
    return env.CI ? await readGoverned(resolve(directory, named), open, outside) : await outside(named);
  };
  const text = await readAt(path);
  const at = branch === undefined && file.includes('//') ? `${file}@${head?.branch}` : file;
  const from = head && { repository, head, isDefault: branch === undefined };
  const environments = named(parseEnvironments(text, at), file);
  return { environments, read, directory, home, path, ...(from && { from }) };
}

/** Adds the file's name for hints, unless it is the default name. */
function named(environments: Environments, file: string): Environments {
  return { ...environments, ...namedFile(file) };
}

/** Reads files of a repository at a commit; throws `CONFIGURATION` if a file is not there. */
async function readerAt(
  repository: Repository,
  head: Head | undefined,
  branch: string | undefined,
): Promise<ReadNamed> {
  const files = head === undefined ? [] : await repository.list(head.commit);
  return async wanted => {
    const blob = files.find(entry => entry.path === wanted)?.blob;
    const text = blob === undefined ? undefined : (await repository.read([blob])).get(blob);
    if (text !== undefined) return text;
    throw new PromoteError(
      'CONFIGURATION',
      `read ${wanted}: not in ${repository.name} at ${head?.branch ?? branch ?? 'its branch'}`,
      {
        hint: 'commit the file to that branch, or name one outside of the checkout; in CI and without a checkout the working tree is not read',
      },
    );
  };
}

/** Reads a file in CI. In a checkout, which a pull request may change, it is read at the default branch. */
async function readGoverned(path: string, open: OpenRepository, outside: ReadNamed): Promise<string> {
  const checkout = findCheckout(dirname(path)) ?? findCheckout(dirname(realPath(path)));
  const inside = checkout === undefined ? undefined : pathInside(checkout, path);
  if (checkout === undefined || inside === undefined) return await outside(path);
  const repository = await open(checkout);
  const head = await repository.head();
  return await (await readerAt(repository, head, undefined))(inside);
}

/** A path in a repository that is not checked out; `undefined` if it leads out of that repository. */
function insideOf(directory: string, named: string): string | undefined {
  if (isAbsolute(named)) return undefined;
  const inside = posix.normalize(posix.join(directory, named));
  return inside.startsWith('../') ? undefined : inside;
}

/** The path within a checkout, however it is spelled or linked; `undefined` if it is outside. */
function pathInside(checkout: string, path: string): string | undefined {
  const spelled: readonly (readonly [string, string])[] = [
    [checkout, path],
    [realPath(checkout), realPath(path)],
  ];
  return spelled
    .map(([root, at]) => relative(root, at))
    .find(inside => inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside))
    ?.split(sep)
    .join('/');
}

/** The path without links; of a path that does not exist, its directories are resolved. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}

/** The path of an environments file on this machine. The default file is searched for upwards. */
export function environmentsPath(cwd: string, file: string): string {
  return resolve(cwd, file === DEFAULT_FILE ? searchUpwards(cwd) : file);
}

/** The default environments file of the directory, or of the nearest one above it in the same checkout. */
function searchUpwards(directory: string): string {
  const checkout = findCheckout(directory);
  for (let at = directory; checkout !== undefined; at = dirname(at)) {
    if (existsSync(join(at, DEFAULT_FILE))) return join(at, DEFAULT_FILE);
    if (at === checkout) break;
  }
  return join(directory, DEFAULT_FILE);
}

/** The directory itself or the nearest one above it that has `.git`, if there is one. */
export function findCheckout(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findCheckout(parent);
}
