import { type Address, findServer, serversOf } from '../address.ts';
import type { ForgePlace, Variables } from '../kind.ts';
import type { GitLabOptions } from './options.ts';

/** A project on GitLab.com or another instance. */
export interface GitLabPlace extends ForgePlace {
  readonly server: string;
  /** Whether the environment's own tokens are meant for the server. */
  readonly ambient: boolean;
  readonly project: string;
}

/** A token and its kind. */
export type GitLabLogin = Pick<GitLabOptions, 'token' | 'tokenKind'>;

const GITLAB = 'https://gitlab.com';

/** The place of an address on GitLab. */
export function locateGitLab(env: Variables, address: Address, isStated: boolean): GitLabPlace | undefined {
  const found = findServer(serversOf(address, env.CI_SERVER_URL, GITLAB, isStated), address);
  if (found === undefined) return undefined;
  const { url: server, ambient, path: project } = found;
  const [group = '', name = ''] = project.split('/');
  if (group === '' || name === '') return undefined;
  return { web: `${server}/${project}`, server, ambient, project };
}

/** Whether this is a job of GitLab, which always has this variable. Its starter may set those of any CI. */
export function isGitLabJob({ CI_JOB_TOKEN: token }: Variables): boolean {
  return token !== undefined;
}

/** Logs in with a token. The job's token comes last, since it has the fewest rights. */
export function gitlabLogin(env: Variables, { ambient }: GitLabPlace): GitLabLogin | undefined {
  const token = env.PROMOTE_GITLAB_TOKEN || (ambient ? env.GITLAB_TOKEN : undefined);
  if (token) return { token, tokenKind: 'private' };
  return ambient && env.CI_JOB_TOKEN ? { token: env.CI_JOB_TOKEN, tokenKind: 'job' } : undefined;
}
