import type { GitHubAuth } from '../forges/github.ts';
import type { GitLabOptions } from '../forges/gitlab.ts';
import type { ForgePlace } from './forge-place.ts';
import type { Io } from './io.ts';

/** How to log in to GitHub: as an App, else with a token; the environment's own tokens go to its own server alone. */
export function githubLogin(env: Io['env'], { ambient }: ForgePlace): GitHubAuth | undefined {
  const { PROMOTE_GITHUB_APP_ID: id, PROMOTE_GITHUB_APP_KEY: key } = env;
  if (id && key) return { kind: 'app', id, key };
  const token = env.PROMOTE_GITHUB_TOKEN || (ambient ? env.GITHUB_TOKEN || env.GH_TOKEN : undefined);
  return token ? { kind: 'token', token } : undefined;
}

/** How to log in to GitLab; the job's token, which may do least, comes last. */
export function gitlabLogin(
  env: Io['env'],
  { ambient }: ForgePlace,
): Pick<GitLabOptions, 'token' | 'tokenKind'> | undefined {
  const token = env.PROMOTE_GITLAB_TOKEN || (ambient ? env.GITLAB_TOKEN : undefined);
  if (token) return { token, tokenKind: 'private' };
  return ambient && env.CI_JOB_TOKEN ? { token: env.CI_JOB_TOKEN, tokenKind: 'job' } : undefined;
}
