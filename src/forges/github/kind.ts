import type { ForgeKind } from '../kind.ts';
import type { GitHubAuth } from './options.ts';
import { isBot } from './person.ts';
import { type GitHubPlace, githubLogin, locateGitHub } from './place.ts';

/** github.com, GitHub Enterprise Cloud and Enterprise Server. */
export const github: ForgeKind<GitHubPlace, GitHubAuth> = {
  name: 'github',
  hint: 'set PROMOTE_GITHUB_TOKEN, or PROMOTE_GITHUB_APP_ID and PROMOTE_GITHUB_APP_KEY',
  locate: locateGitHub,
  login: githubLogin,
  open: async (...place) => (await import('./opened.ts')).openGitHub(...place),
  isBot,
  own: ({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name }) =>
    server && name ? `${server}/${name}` : undefined,
};
