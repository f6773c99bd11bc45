import type { ForgeKind } from '../kind.ts';
import { isBot } from './person.ts';
import { type GitLabLogin, type GitLabPlace, gitlabLogin, locateGitLab } from './place.ts';

/** GitLab.com and other instances of GitLab. */
export const gitlab: ForgeKind<GitLabPlace, GitLabLogin> = {
  name: 'gitlab',
  hint: 'set PROMOTE_GITLAB_TOKEN to a project or group access token',
  locate: locateGitLab,
  login: gitlabLogin,
  open: async (...place) => (await import('./opened.ts')).openGitLab(...place),
  isBot,
  own: ({ CI_PROJECT_URL }) => CI_PROJECT_URL || undefined,
};
