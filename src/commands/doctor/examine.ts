import type { Environments } from '../../environments/environments.ts';
import { PromoteError } from '../../errors.ts';
import type { Finding } from '../../plan/check.ts';
import { checkReach } from '../../policy/check-reach.ts';
import type { Effects } from '../../run/effects.ts';
import { checkCommittedKeys, checkSigningKeys } from './check-keys.ts';
import { checkLogins } from './check-logins.ts';
import { checkRegistries, type PinsByEnvironment } from './check-registries.ts';
import { checkAttestingKeys } from './check-signers.ts';
import { checkPinnedTags } from './check-tags.ts';
import { checkVersions } from './check-versions.ts';
import type { Examiner } from './examiner.ts';

/** Checks what a promotion needs besides files: logins at the forge and at registries, keys and programs. */
export async function examine(
  examiner: Examiner,
  effects: Effects,
  environments: Environments,
  pins: PinsByEnvironment,
): Promise<readonly Finding[]> {
  return [
    ...(await checkLogins(examiner, environments, effects.now())),
    ...(await checkSigningKeys(effects, environments)),
    ...(await checkAttestingKeys(effects, environments)),
    ...(await committedKeys(effects, environments)),
    ...checkReach(environments),
    ...(await checkRegistries(examiner.examine, environments, pins)),
    ...(await checkPinnedTags(effects, environments, pins)),
    ...(await checkVersions(examiner)),
  ];
}

/** A repository that cannot be read was reported with its environments. */
async function committedKeys(effects: Effects, environments: Environments): Promise<readonly Finding[]> {
  try {
    return await checkCommittedKeys(effects, environments);
  } catch (error) {
    if (error instanceof PromoteError) return [];
    throw error;
  }
}
