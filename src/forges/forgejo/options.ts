import { PromoteError } from '../../errors.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import type { GitTransportOptions } from '../api/git-transport.ts';

/** `token`: an account's access token; `job`: the token of a job of Actions, only for its own repository. */
export type TokenKind = 'token' | 'job';

/** How to open a repository on an instance of Forgejo or Gitea. */
export interface ForgejoOptions extends Pick<GitTransportOptions, 'http' | 'git' | 'signal'> {
  /** The instance's address, perhaps with a path: `https://codeberg.org`, `https://example.com/git`. */
  readonly url: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  readonly tokenKind: TokenKind;
  readonly localBlob?: LocalBlob | undefined;
  /** Receives what could not be done and does no harm, such as a reviewer who may not read. */
  readonly notice?: ((text: string) => void) | undefined;
}

/** The addresses of the repository's API and pages; throws `CONFIGURATION` for an invalid one. */
export function locateRepository({ url, owner, repo }: Pick<ForgejoOptions, 'url' | 'owner' | 'repo'>) {
  const instance = URL.parse(url.endsWith('/') ? url : `${url}/`);
  if (instance === null || !/^https?:$/.test(instance.protocol) || instance.search + instance.hash !== '') {
    throw new PromoteError('CONFIGURATION', 'the address of the Forgejo instance is none', {
      hint: 'give it as https://codeberg.org or https://example.com/git',
    });
  }
  const isName = (name: string) => /^[\w.-]+$/.test(name) && !/^\.{1,2}$/.test(name);
  if (!isName(owner) || !isName(repo)) {
    throw new PromoteError('CONFIGURATION', `${JSON.stringify(`${owner}/${repo}`)} is not a repository`, {
      hint: 'name it as owner/repository',
    });
  }
  instance.username = '';
  instance.password = '';
  return { api: new URL('api/v1/', instance), web: new URL(`${owner}/${repo}`, instance).href };
}
