import { createGitTransport, type GitTransport } from '../api/git-transport.ts';
import { tokenHint, WRITE } from './need.ts';
import { type ForgejoOptions, locateRepository } from './options.ts';

/**
 * Git over HTTP with the token that the API is asked with. Forgejo's commit request compares blobs, not the branch, and
 * nothing in its API moves a branch: https://codeberg.org/api/swagger#/repository/repoChangeFiles
 */
export function createForgejoTransport(options: ForgejoOptions): GitTransport {
  const { token, tokenKind } = options;
  return createGitTransport({
    ...options,
    url: `${locateRepository(options).web}.git`,
    // Whatever the name is, a token counts as the password: `services/auth/basic.go` of Forgejo.
    login: { username: 'oauth2', password: token },
    hintOf: hint => `${hint ?? 'let the token push'}; ${tokenHint(tokenKind, WRITE)}`,
  });
}
