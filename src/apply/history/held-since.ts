import type { Environment } from '../../environments/environments.ts';
import { HOLDS_FILE, type Hold, isActive } from '../../environments/holds/holds.ts';
import { holdFacts } from '../../gates/hold.ts';
import { readFiles } from '../../git/read-files.ts';
import type { Head, Repository } from '../../git/repository.ts';
import type { IsHeld } from '../../plan/history.ts';
import type { Effects } from '../effects.ts';

/** Since when digests are held that are held now, as the environment's holds file says. */
export async function readHeldSince(
  { now }: Pick<Effects, 'now'>,
  environment: Environment,
  { repository, head }: { readonly repository: Repository; readonly head: Head },
): Promise<IsHeld> {
  const texts = await readFiles(repository, head.commit, path => path === HOLDS_FILE);
  const facts = holdFacts(environment, texts.get(HOLDS_FILE));
  const holds = facts.kind === 'read' ? facts.holds.filter(hold => isActive(hold, now())) : [];
  return heldBy(holds);
}

/** A hold's time is cut to the second, so that what was committed within it came before. */
export function heldBy(holds: readonly Pick<Hold, 'image' | 'digest' | 'since'>[]): IsHeld {
  return (image, digest, at) =>
    holds.some(
      hold => hold.image === image && hold.digest === digest && at.getTime() >= Date.parse(hold.since) + 1000,
    );
}
