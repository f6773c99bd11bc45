import { PromoteError } from '../../errors.ts';
import { type GitContext, runGit } from './run.ts';

const OLDEST_MINOR = 31;
const NEW_ENOUGH = new Set<string>();

/**
 * Throws `UNSUPPORTED` for a Git so old that it ignores the settings which carry logins and remotes. A Git
 * that is new enough is asked once per process.
 */
export async function assertGitVersion(context: GitContext): Promise<void> {
  const { executable } = context;
  if (NEW_ENOUGH.has(executable)) return;
  const printed = `${await runGit(context, ['version'])}`.trim();
  const [, major = 2, minor = OLDEST_MINOR] = (/ (\d+)\.(\d+)/.exec(printed) ?? []).map(Number);
  if (major < 2 || (major === 2 && minor < OLDEST_MINOR)) {
    throw new PromoteError('UNSUPPORTED', `${executable}: ${printed}, expected at least 2.${OLDEST_MINOR}`, {
      hint: 'install a newer git',
    });
  }
  NEW_ENOUGH.add(executable);
}
