import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A machine as Debian calls it. */
export type Architecture = 'amd64' | 'arm64';

/** A package of Debian, pinned. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Of the archive, in hexadecimal. */
  readonly sha256: string;
}

/** Debian's release. */
export const SUITE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Git with its transports, the certificates, the shell that CI jobs are written in, and what Node.js is linked with. */
const WANTED = ['git', 'ca-certificates', 'busybox-static', 'libstdc++6'];
/** What these depend on for what nothing here does: Perl's commands, manuals, questions to whoever installs. */
const UNUSED =
  /^(?:perl.*|libperl.*|liberror-perl|git-man|debconf|libgdbm.*|libdb5.*|libbz2.*|openssl.*|gcc-\d+-base)$/;

/** Runs apt for another machine, with Debian's own signatures and nothing of this machine's state. */
type Apt = (...args: readonly string[]) => Promise<string>;

/** Opens apt in a directory of its own, from the mirror that this machine uses for Debian. */
export async function openApt(architecture: Architecture, place: string): Promise<Apt> {
  const [lists, cache] = [join(place, 'lists'), join(place, 'cache')];
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives/partial'), { recursive: true });
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  const debian = (await mirror()).replace(/\/$/, '');
  const sources = [
    [debian, SUITE],
    [debian, `${SUITE}-updates`],
    [`${debian}-security`, `${SUITE}-security`],
  ].map(([address, suite]) => `deb ${signed}${address} ${suite} main\n`);
  await writeFile(join(place, 'sources.list'), sources.join(''));
  await writeFile(join(place, 'status'), '');
  const settings = [
    `Dir::Etc::sourcelist=${join(place, 'sources.list')}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::Lists=${lists}`,
    `Dir::State::status=${join(place, 'status')}`,
    `Dir::Cache=${cache}`,
    'APT::Sandbox::User=root',
    `APT::Architecture=${architecture}`,
    `APT::Architectures::=${architecture}`,
    'APT::Install-Recommends=false',
  ];
  const options = settings.flatMap(setting => ['-o', setting]);
  const apt: Apt = async (...args) =>
    (await run('apt-get', [...options, ...args], { cwd: place, maxBuffer: 64 * 1024 * 1024 })).stdout;
  await apt('update', '-qq');
  return apt;
}

/** What the image needs today, pinned: for `packages.json`. */
export async function resolvePackages(apt: Apt, place: string): Promise<readonly Package[]> {
  const listed = await apt('install', '--print-uris', '-qq', '-y', ...WANTED);
  const named = [...listed.matchAll(/^'[^']+' ([^_\s]+)_([^_\s]+)_\w+\.deb /gm)]
    .map(([, name = '', version = '']) => ({ name, version: decodeURIComponent(version) }))
    .filter(({ name }) => !UNUSED.test(name));
  await apt('download', '-qq', ...named.map(({ name, version }) => `${name}=${version}`));
  const pinned = named.map(async one => ({ ...one, sha256: await hashOf(await archiveOf(one, place)) }));
  return await Promise.all(pinned);
}

/** The packages of each machine. */
export type Pins = Readonly<Record<string, readonly Package[]>>;

/** What Debian has in place of what is pinned, a line each. */
export function movedPins(pinned: Pins, today: Pins): readonly string[] {
  return [...new Set([...Object.keys(pinned), ...Object.keys(today)])].flatMap(architecture => {
    const [before, after] = [pinned, today].map(
      pins => new Map(pins[architecture]?.map(one => [one.name, one])),
    );
    const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
    return names.flatMap(name => {
      const [was, is] = [before?.get(name), after?.get(name)];
      if (was?.sha256 === is?.sha256) return [];
      return [`${architecture} ${name}: ${was?.version ?? 'not pinned'} is ${is?.version ?? 'gone'} today`];
    });
  });
}

/** The archives of packages, in their order; throws where one is not what was pinned. */
export async function fetchPackages(
  apt: Apt,
  packages: readonly Package[],
  place: string,
): Promise<readonly string[]> {
  await apt('download', '-qq', ...packages.map(({ name, version }) => `${name}=${version}`));
  const paths: string[] = [];
  for (const one of packages) {
    const path = await archiveOf(one, place);
    const found = await hashOf(path);
    if (found !== one.sha256) throw new Error(`${one.name}: expected sha256 ${one.sha256}, found ${found}`);
    paths.push(path);
  }
  return paths;
}

async function archiveOf({ name, version }: Omit<Package, 'sha256'>, place: string): Promise<string> {
  const start = `${name}_${version.replaceAll(':', '%3a')}_`;
  const file = (await readdir(place)).find(path => path.startsWith(start) && path.endsWith('.deb'));
  if (file === undefined) throw new Error(`${name} ${version} was not downloaded`);
  return join(place, file);
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function mirror(): Promise<string> {
  const directory = '/etc/apt/sources.list.d';
  const parts = existsSync(directory) ? (await readdir(directory)).map(file => join(directory, file)) : [];
  for (const path of ['/etc/apt/sources.list', ...parts].filter(existsSync)) {
    const [found] = /https?:\/\/\S+\/debian\/?(?=\s|$)/.exec(await readFile(path, 'utf8')) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error("no mirror of Debian in this machine's apt sources");
}
