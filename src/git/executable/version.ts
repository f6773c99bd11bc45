import { PromoteError } from '../../errors.ts';
import { type GitContext, runGit } from './run.ts';

const OLDEST_MINOR = 31;
const NEW_ENOUGH = new Set<string>();

/**
 * Throws `UNSUPPORTED` for a Git that would silently ignore how logins and remotes are passed to it. One that is new
 * enough is asked once in a process.
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
