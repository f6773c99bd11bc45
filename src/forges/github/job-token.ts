import { rethrowDefect } from '../../errors.ts';
import type { GitHubAuth } from './options.ts';

/** The account that the GITHUB_TOKEN of a job acts as. */
const ACCOUNT = 'github-actions[bot]';

/** The prefix of installations' tokens; GITHUB_TOKEN is one of them. */
const INSTALLATION_TOKEN = 'ghs_';

const NOTICE =
  "the job's own GITHUB_TOKEN acts here. The workflows of pull requests that it opens wait until somebody approves " +
  'their run (on an Enterprise Server they do not start). What it merges or pushes starts none. Use a GitHub App ' +
  'where they should run by themselves';

/**
 * Returns a notice, once and only if the token is a job's own: its writes start no workflows.
 * `viewer` asks for the token's account.
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
 */
export function createJobTokenNotice(
  auth: GitHubAuth,
  viewer: () => Promise<string>,
  notice: (text: string) => void,
): () => Promise<void> {
  let isOpen = auth.kind === 'token' && auth.token.startsWith(INSTALLATION_TOKEN);
  return async () => {
    if (!isOpen) return;
    isOpen = false;
    // The write is done, so an account that cannot be read must not fail it.
    if ((await viewer().catch(unknown)) === ACCOUNT) notice(NOTICE);
  };
}

/** The account is needed only for a notice, so an error is ignored. */
function unknown(error: unknown): string {
  rethrowDefect(error);
  return '';
}
