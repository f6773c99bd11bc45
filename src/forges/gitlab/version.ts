import { z } from 'zod';
import { type GitLab, isUnseen } from './gitlab.ts';

/** The oldest GitLab whose API has all that promote needs: `auto_merge` came with it. */
export const OLDEST = { major: 17, minor: 11 } as const;

const VERSION = z.object({ version: z.string() });

/**
 * The instance's version, if it is older than promote supports; `undefined` where it is new enough, or not
 * shown. https://docs.gitlab.com/api/version/
 */
export async function outdatedVersion(gitlab: GitLab): Promise<string | undefined> {
  try {
    const { version } = await gitlab.ask(
      { doing: 'ask for the version of GitLab', path: 'version', of: 'instance' },
      VERSION,
    );
    const [major = 0, minor = 0] = version.split('.').map(part => Number.parseInt(part, 10));
    const isOld = major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
    return isOld ? version : undefined;
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}
