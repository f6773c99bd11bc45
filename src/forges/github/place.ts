import { type Address, findServer, serversOf } from '../address.ts';
import type { ForgePlace, Variables } from '../kind.ts';
import type { GitHubAuth } from './options.ts';

/** A repository on github.com, GitHub Enterprise Cloud or an Enterprise Server. */
export interface GitHubPlace extends ForgePlace {
  readonly server: string;
  /** Whether the environment's own tokens are meant for the server. */
  readonly ambient: boolean;
  readonly owner: string;
  readonly repo: string;
  /** Absent: the API of github.com. */
  readonly apiUrl?: string | undefined;
}

const GITHUB = 'https://github.com';

/** The place of an address on GitHub. */
export function locateGitHub(env: Variables, address: Address, isStated: boolean): GitHubPlace | undefined {
  const found = findServer(serversOf(address, env.GITHUB_SERVER_URL, GITHUB, isStated), address);
  if (found === undefined) return undefined;
  const { url: server, ambient, path } = found;
  const [owner = '', repo = '', ...more] = path.split('/');
  if (owner === '' || repo === '' || more.length > 0) return undefined;
  const own = server === env.GITHUB_SERVER_URL?.replace(/\/$/, '') ? env.GITHUB_API_URL : undefined;
  const apiUrl = own || (server === GITHUB ? undefined : apiOf(server));
  return { web: `${server}/${path}`, server, ambient, owner, repo, apiUrl };
}

/** Logs in as an App, else with a token. */
export function githubLogin(env: Variables, { ambient }: GitHubPlace): GitHubAuth | undefined {
  const { PROMOTE_GITHUB_APP_ID: id, PROMOTE_GITHUB_APP_KEY: key } = env;
  if (id && key) return { kind: 'app', id, key };
  const token = env.PROMOTE_GITHUB_TOKEN || (ambient ? env.GITHUB_TOKEN || env.GH_TOKEN : undefined);
  return token ? { kind: 'token', token } : undefined;
}

/** The API of an Enterprise Server is at a path; with data residency (ghe.com) it is on a host of its own. */
function apiOf(server: string): string {
  return /^https:\/\/[\w-]+\.ghe\.com$/.test(server)
    ? server.replace('https://', 'https://api.')
    : `${server}/api/v3`;
}
