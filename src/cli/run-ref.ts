import type { Io } from './io.ts';

/**
 * What a CI run is for. `protected`: a branch that the forge protects, with its repository's path.
 * `pull-request`: a change that is not merged. `other`: for example a tag, an unprotected branch, or no CI.
 */
export type RunRef =
  | { readonly kind: 'protected'; readonly repository: string; readonly branch: string }
  | { readonly kind: 'pull-request' | 'other' };

/** Reads what this CI run is for from the variables that GitHub, Forgejo and GitLab set. */
export function runRef({ env }: Pick<Io, 'env'>): RunRef {
  if (env.GITLAB_CI === 'true') {
    const isProposed = env.CI_MERGE_REQUEST_IID || env.CI_PIPELINE_SOURCE === 'merge_request_event';
    if (isProposed) return { kind: 'pull-request' };
    return branchOf(env.CI_PROJECT_PATH, env.CI_COMMIT_BRANCH, env.CI_COMMIT_REF_PROTECTED);
  }
  if (env.GITHUB_ACTIONS !== 'true') return { kind: 'other' };
  const { GITHUB_REF: ref = '', GITHUB_EVENT_NAME: event = '' } = env;
  // Files from another workflow may come from a pull request.
  if (
    /^(?:pull_request|merge_group|workflow_run)/.test(event) ||
    /^refs\/pull\/|\/gh-readonly-queue\//.test(ref)
  )
    return { kind: 'pull-request' };
  return branchOf(env.GITHUB_REPOSITORY, /^refs\/heads\/(.+)$/.exec(ref)?.[1], env.GITHUB_REF_PROTECTED);
}

function branchOf(
  repository: string | undefined,
  branch: string | undefined,
  isProtected: string | undefined,
): RunRef {
  return repository && branch && isProtected === 'true'
    ? { kind: 'protected', repository, branch }
    : { kind: 'other' };
}
