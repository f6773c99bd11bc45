import { z } from 'zod';
import { type Forgejo, isUnseen } from './forgejo.ts';

/** The oldest versions that show a repository's activity, from which it is read who pushed a branch first. */
const OLDEST = { Forgejo: '7.0', Gitea: '1.20' } as const;

/** An instance that is older than promote supports. */
export interface Outdated {
  readonly product: keyof typeof OLDEST;
  readonly version: string;
  readonly oldest: string;
}

/**
 * The instance, if it is too old; `undefined` where it is new enough, or does not show its version.
 * https://codeberg.org/api/swagger#/miscellaneous/getVersion
 */
export async function outdatedInstance(forgejo: Forgejo): Promise<Outdated | undefined> {
  const ask = { doing: 'ask for the version of the instance', path: 'version', of: 'instance' } as const;
  try {
    const { version } = await forgejo.ask(ask, z.object({ version: z.string() }));
    return judgeVersion(version);
  } catch (error) {
    if (isUnseen(error)) return undefined;
    throw error;
  }
}

/** Forgejo adds the Gitea that it is compatible with: `7.0.0+gitea-1.22.0`. Other texts show no version. */
export function judgeVersion(version: string): Outdated | undefined {
  const product = /gitea-/.test(version) ? 'Forgejo' : 'Gitea';
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const oldest = OLDEST[product];
  const [least = 0, leastMinor = 0] = oldest.split('.').map(Number);
  const isOld = Number(major) < least || (Number(major) === least && Number(minor) < leastMinor);
  return isOld ? { product, version, oldest } : undefined;
}
