import type { HoldEntry } from '../environments/holds/holds.ts';
import { imageNamed, pushRepository } from '../environments/locate.ts';
import { PromoteError } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import { allowAgain, findHeld, heldInstead, liftWords, type Released } from '../plan/holds/lift-words.ts';
import type { Run } from '../run/run.ts';
import type { HoldsWords } from './change-holds.ts';

/**
 * The words of a release, by the holds that there are. A digest without a hold may be promoted again, if a
 * registry of the image has it. Throws `USAGE` if none has, and names what is held.
 */
export async function wordsOfLift(
  run: Run,
  released: Released,
  entries: readonly HoldEntry[],
): Promise<HoldsWords> {
  const { what, subject, free } = liftWords(released);
  const held = findHeld(released, entries);
  if (held.kind === 'held') return { subject };
  if (held.kind === 'released')
    return {
      subject,
      idle: `${what} was released in ${released.environment} by ${held.by} at ${held.since}`,
    };
  const instead = heldInstead(released, entries, run.environments.file);
  const { image, digest, plan } = released;
  if (plan !== undefined || (digest !== undefined && !(await isThere(run, image, digest)))) {
    const hint = instead ?? 'nothing is held in any environment';
    throw new PromoteError('USAGE', free, { hint });
  }
  if (instead !== undefined) run.effects.log(instead);
  return digest === undefined
    ? { subject, idle: free }
    : { subject: allowAgain(released, digest), idle: free };
}

/** Whether a registry that the environments file names for the image has the digest. */
async function isThere({ effects, environments }: Run, name: string, digest: Digest): Promise<boolean> {
  const image = imageNamed(environments, name);
  const registries = environments.environments.flatMap(environment => environment.registries);
  const repositories = new Set([
    ...(image.source === undefined ? [] : [image.source]),
    ...registries.map(registry => pushRepository(registry, image)),
  ]);
  const asked = [...repositories].map(async repository => await effects.store(repository).head(digest));
  const answers = await Promise.allSettled(asked);
  if (answers.some(answer => answer.status === 'fulfilled' && answer.value !== undefined)) return true;
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  return false;
}
