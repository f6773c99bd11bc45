import { createGitTransport, type GitTransport } from '../api/git-transport.ts';
import { tokenHint, WRITE } from './need.ts';
import { type ForgejoOptions, locateRepository } from './options.ts';

/**
 * Git over HTTP with the token of the API. Forgejo's commit request compares blobs, not the branch, and no
 * request moves a branch: https://codeberg.org/api/swagger#/repository/repoChangeFiles
 */
export function createForgejoTransport(options: ForgejoOptions): GitTransport {
  const { token, tokenKind } = options;
  return createGitTransport({
    ...options,
    url: `${locateRepository(options).web}.git`,
    // A token is accepted as the password of any user name: `services/auth/basic.go` of Forgejo.
    login: { username: 'oauth2', password: token },
    hintOf: hint => `${hint ?? 'let the token push'}; ${tokenHint(tokenKind, WRITE)}`,
  });
}
