import { createGitTransport, type GitTransport } from '../api/git-transport.ts';
import { type GitLabOptions, locateProject } from './options.ts';

/** Git over HTTPS with the token of the API: GitLab's commits API does not compare the branch. */
export function createGitLabTransport(options: GitLabOptions): GitTransport {
  const { token, tokenKind } = options;
  return createGitTransport({
    ...options,
    url: `${locateProject(options).web}.git`,
    login: { username: tokenKind === 'job' ? 'gitlab-ci-token' : 'oauth2', password: token },
    hintOf: hint =>
      tokenKind === 'job'
        ? 'CI_JOB_TOKEN pushes to its own project where its CI/CD settings allow Git push requests, and to others by their allowlist. Such a push starts no pipeline. Else give a project access token with scope api and role Developer'
        : `${hint ?? 'let the token push'}; it needs a token with scope api or write_repository and role Developer, or Maintainer where the branch is protected`,
  });
}
