import { PromoteError } from '../../errors.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import type { GitOptions } from '../../git/options.ts';
import type { Http } from '../../http/http.ts';

/** `private`: a personal, project or group access token; `job`: CI_JOB_TOKEN, which has few rights. */
export type TokenKind = 'private' | 'job' | 'oauth';

/** How to open a project on GitLab.com or a self-managed instance. */
export interface GitLabOptions {
  /** The instance's address, perhaps with a path: `https://gitlab.com`, `https://example.com/gitlab`. */
  readonly url: string;
  /** The full path: `group/subgroup/project`. */
  readonly project: string;
  readonly token: string;
  readonly tokenKind: TokenKind;
  readonly http: Http;
  /** How commits are made and pushed, since GitLab's commits API does not compare the branch. */
  readonly git: Pick<
    GitOptions,
    | 'executable'
    | 'author'
    | 'committer'
    | 'signOff'
    | 'gpgSign'
    | 'env'
    | 'cacheDirectory'
    | 'timeout'
    | 'onTransport'
  >;
  readonly localBlob?: LocalBlob | undefined;
  /** Receives what could not be done and does no harm, such as a reviewer who is no member. */
  readonly notice?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a project is. */
export interface GitLabPlace {
  /** The instance's API, with a slash at the end. */
  readonly api: URL;
  /** `https://host/group/project`. */
  readonly web: string;
}

/** Finds the project's addresses; throws `CONFIGURATION` for an invalid instance or path. */
export function locateProject({ url, project }: Pick<GitLabOptions, 'url' | 'project'>): GitLabPlace {
  const instance = URL.parse(url.endsWith('/') ? url : `${url}/`);
  if (instance === null || !/^https?:$/.test(instance.protocol) || instance.search + instance.hash !== '') {
    throw new PromoteError('CONFIGURATION', 'the address of the GitLab instance is none', {
      hint: 'give it as https://gitlab.com or https://example.com/gitlab',
    });
  }
  if (!/^[\w.-]+(\/[\w.-]+)+$/.test(project) || /(^|\/)\.{1,2}(\/|$)/.test(project)) {
    throw new PromoteError(
      'CONFIGURATION',
      `${JSON.stringify(project)} is not the path of a GitLab project`,
      {
        hint: 'give the full path: group/project, with all groups in between',
      },
    );
  }
  instance.username = '';
  instance.password = '';
  return { api: new URL('api/v4/', instance), web: new URL(project, instance).href };
}
