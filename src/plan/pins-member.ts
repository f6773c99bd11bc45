import type { Environment, Environments } from '../environments/environments.ts';
import { bareVersion } from '../environments/tags/tags.ts';
import type { Candidate } from './candidates.ts';
import { isByTag } from './pin-target.ts';
import type { ImagePin } from './snapshot.ts';

/** Whether a pin holds a candidate's digest, or, where it is by its tag alone, one of its tags that do not move. */
export function pinsMember(
  environments: Environments,
  environment: Environment,
  known: ImagePin,
  { digest, source, targets }: Pick<Candidate, 'digest' | 'source' | 'targets'>,
): boolean {
  const { pin } = known;
  if (pin.digest !== undefined) return pin.digest === digest;
  if (pin.tag === undefined || !isByTag(environments, environment, known)) return false;
  // A rollback sets no tag that does not move: its pins hold what they held before.
  const named = [
    ...targets.flatMap(({ tags }) =>
      tags.flatMap(({ name, moves, digest: own }) => (moves || own !== undefined ? [] : name)),
    ),
    ...(targets.some(({ repository }) => repository === source.repository) ? (source.tag ?? []) : []),
  ];
  return named.some(tag => tag === pin.tag || bareVersion({ tag }) === pin.tag);
}
