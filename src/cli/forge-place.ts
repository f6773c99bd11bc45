import type { Deployment } from '../environments/environments.ts';
import { PromoteError } from '../errors.ts';
import type { Io } from './io.ts';

/**
 * A repository on a forge. `ambient`: the server is this CI's own, or the public one where no CI names another, so that
 * the tokens which such environments hold are meant for it.
 */
export type ForgePlace = { readonly ambient: boolean } & (
  | {
      readonly kind: 'github';
      readonly server: string;
      readonly owner: string;
      readonly repo: string;
      /** Absent: that of github.com. */
      readonly apiUrl?: string;
    }
  | { readonly kind: 'gitlab'; readonly server: string; readonly project: string }
);

/**
 * The place of a repository by its URL: on the forge that is stated, else on github.com, gitlab.com or the CI's own
 * server. `undefined`: plain Git. Throws `CONFIGURATION` where the stated forge can have no such repository.
 */
export function locateForge(
  env: Io['env'],
  location: string,
  stated: Deployment['forge'],
): ForgePlace | undefined {
  if (stated === 'git') return undefined;
  const address = parseAddress(location);
  const place = address && placeOf(env, address, stated);
  if (place !== undefined || stated === undefined) return place;
  throw new PromoteError('CONFIGURATION', `${location}: no address of a repository on ${stated}`, {
    hint: 'name it by its URL in deployments.repository, or leave deployments.forge out',
  });
}

interface Address {
  readonly url: URL;
  readonly isSsh: boolean;
}

interface Server {
  readonly kind: ForgePlace['kind'];
  readonly url: string;
  readonly ambient: boolean;
}

const GITHUB = 'https://github.com';
const GITLAB = 'https://gitlab.com';

function parseAddress(location: string): Address | undefined {
  const scp = /^(?:[^@/\s]+@)?([^/:\s]{2,}):(?!\/\/)\/?(.+)$/.exec(location);
  const isSsh = scp !== null || location.startsWith('ssh://');
  const url = URL.parse(scp ? `https://${scp[1]}/${scp[2]}` : location.replace(/^ssh:/, 'https:'));
  return url === null || !/^https?:$/.test(url.protocol) ? undefined : { url, isSsh };
}

function placeOf(env: Io['env'], address: Address, stated: Deployment['forge']): ForgePlace | undefined {
  const servers: readonly Server[] = [
    { kind: 'github', url: env.GITHUB_SERVER_URL || GITHUB, ambient: true },
    { kind: 'gitlab', url: env.CI_SERVER_URL || GITLAB, ambient: true },
    { kind: 'github', url: GITHUB, ambient: false },
    { kind: 'gitlab', url: GITLAB, ambient: false },
    ...(stated === 'github' || stated === 'gitlab'
      ? [{ kind: stated, url: originOf(address), ambient: false }]
      : []),
  ];
  for (const server of servers) {
    const path = stated === undefined || stated === server.kind ? pathBelow(server.url, address) : undefined;
    if (path !== undefined) return placeOn(env, server, path);
  }
  return undefined;
}

function originOf({ url: { protocol, host, hostname }, isSsh }: Address): string {
  return isSsh ? `https://${hostname}` : `${protocol}//${host}`;
}

/** The repository's path below the server; addresses for SSH have neither the server's port nor its path. */
function pathBelow(server: string, { url, isSsh }: Address): string | undefined {
  const base = URL.parse(server.endsWith('/') ? server : `${server}/`);
  if (base === null || (isSsh ? base.hostname !== url.hostname : base.host !== url.host)) return undefined;
  const prefix = isSsh ? '/' : base.pathname;
  if (!url.pathname.startsWith(prefix)) return undefined;
  return url.pathname
    .slice(prefix.length)
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}

function placeOn(env: Io['env'], { kind, url, ambient }: Server, path: string): ForgePlace | undefined {
  const server = url.replace(/\/$/, '');
  const [owner = '', repo = '', ...more] = path.split('/');
  if (owner === '' || repo === '') return undefined;
  if (kind === 'gitlab') return { kind, server, project: path, ambient };
  if (more.length > 0) return undefined;
  const own = server === env.GITHUB_SERVER_URL?.replace(/\/$/, '') ? env.GITHUB_API_URL : undefined;
  const apiUrl = own || (server === GITHUB ? undefined : apiOf(server));
  return { kind, server, owner, repo, ambient, ...(apiUrl === undefined ? {} : { apiUrl }) };
}

/** An Enterprise Server's API lies below it, that of GitHub Enterprise Cloud with data residency on a host beside it. */
function apiOf(server: string): string {
  return /^https:\/\/[\w-]+\.ghe\.com$/.test(server)
    ? server.replace('https://', 'https://api.')
    : `${server}/api/v3`;
}
