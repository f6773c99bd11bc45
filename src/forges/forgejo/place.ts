import { type Address, findServer, serversOf } from '../address.ts';
import type { ForgePlace, Variables } from '../kind.ts';
import type { ForgejoOptions } from './options.ts';

/** A repository on Codeberg, gitea.com or another instance. */
export interface ForgejoPlace extends ForgePlace {
  readonly server: string;
  /** Whether the environment's own tokens are meant for the server. */
  readonly ambient: boolean;
  readonly owner: string;
  readonly repo: string;
}

/** A token and its kind. */
export type ForgejoLogin = Pick<ForgejoOptions, 'token' | 'tokenKind'>;

const CODEBERG = 'https://codeberg.org';
const GITEA = 'https://gitea.com';

/**
 * The instance whose Actions run this. Actions set GitHub's variables too; these variables tell them apart:
 * https://forgejo.org/docs/latest/user/actions/ and https://docs.gitea.com/usage/actions
 */
export function ownInstance(env: Variables): string | undefined {
  const isOwn = env.FORGEJO_ACTIONS === 'true' || env.GITEA_ACTIONS === 'true';
  return isOwn ? env.GITHUB_SERVER_URL?.replace(/\/+$/, '') || undefined : undefined;
}

/** The place of an address on Forgejo or Gitea. */
export function locateForgejo(env: Variables, address: Address, isStated: boolean): ForgejoPlace | undefined {
  const servers = [
    ...serversOf(address, ownInstance(env), CODEBERG, isStated),
    { url: GITEA, ambient: false },
  ];
  const found = findServer(servers, address);
  if (found === undefined) return undefined;
  const names = found.path.split('/');
  const [repo = '', owner = ''] = names.toReversed();
  // Owner and repository may follow the path of an instance, but only where the forge is stated.
  const below = names.slice(0, -2);
  if (owner === '' || repo === '' || (below.length > 0 && (!isStated || found.ambient))) return undefined;
  const server = [found.url, ...below].join('/');
  return { web: `${server}/${owner}/${repo}`, server, ambient: found.ambient, owner, repo };
}

/** Logs in with a token. The job's token comes last, since it has the fewest rights. */
export function forgejoLogin(env: Variables, { ambient }: ForgejoPlace): ForgejoLogin | undefined {
  if (env.PROMOTE_FORGEJO_TOKEN) return { token: env.PROMOTE_FORGEJO_TOKEN, tokenKind: 'token' };
  if (!ambient) return undefined;
  const token = env.FORGEJO_TOKEN || env.GITEA_TOKEN;
  // Outside of Actions, people export these variables themselves, and GITHUB_TOKEN is GitHub's.
  if (ownInstance(env) === undefined) return token ? { token, tokenKind: 'token' } : undefined;
  const job = token || env.GITHUB_TOKEN;
  return job ? { token: job, tokenKind: 'job' } : undefined;
}
