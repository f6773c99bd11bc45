import type { PullRequest } from '../../forges/forge.ts';

/** How results name a pull request. */
export function linkTo({ number, url }: PullRequest) {
  return { number, url };
}
