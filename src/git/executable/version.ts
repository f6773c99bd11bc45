import { PromoteError } from '../../errors.ts';
import { type GitContext, runGit } from './run.ts';

/**
 * Throws `UNSUPPORTED` for a Git that would silently ignore how logins and remotes are passed to it. One that is new
 * enough is asked once in a process.
 */
export async function assertGitVersion(context: GitContext): Promise<void> {
  if (NEW_ENOUGH.has(context.executable)) return;
  await askVersion(context);
  NEW_ENOUGH.add(context.executable);
}

const NEW_ENOUGH = new Set<string>();

async function askVersion(context: GitContext): Promise<void> {
  const printed = (await runGit(context, ['version'])).toString().trim();
  const [, major, minor] = (/ (\d+)\.(\d+)/.exec(printed) ?? []).map(Number);
  if (major === undefined || minor === undefined || major > 2 || (major === 2 && minor >= OLDEST_MINOR))
    return;
  throw new PromoteError(
    'UNSUPPORTED',
    `${context.executable}: ${printed}, expected at least 2.${OLDEST_MINOR}`,
    {
      hint: 'install a newer git',
    },
  );
}

const OLDEST_MINOR = 31;
