import type { Environment } from '../../environments/environments.ts';
import { type Hold, holdTime, readableEntries } from '../../environments/holds/holds.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { Candidate } from '../candidates.ts';
import { type EditHolds, forgetting, holding } from './edit-holds.ts';

/** Who rolls back, and why. */
interface Asked {
  readonly by: string;
  readonly reason?: string | undefined;
}

/** The holds that keep out what a rollback removes. */
export function rollbackHolds(
  { name }: Environment,
  members: readonly Candidate[],
  { by, reason }: Asked,
  now: Date,
): readonly Hold[] {
  const rolledBack = new Set(members.map(({ image, digest }) => `${image}@${digest}`));
  const left = members.flatMap(({ image, digest, source, current }) =>
    current.flatMap(state => {
      if (state.digest === undefined || rolledBack.has(`${image}@${state.digest}`)) return [];
      const back = `rolled back to ${source.tag ?? shortDigest(digest)}`;
      return [{ image, digest: state.digest, reason: reason ?? back }];
    }),
  );
  const since = holdTime(now);
  const distinct = new Map(left.map(hold => [`${hold.image}@${hold.digest}`, hold]));
  return [...distinct.values()].map(hold => ({ environment: name, ...hold, by, since }));
}

/** Writes the holds, and removes released ones whose digest is pinned again. */
export function holdingAll(
  environment: Environment,
  members: readonly Candidate[],
  holds: readonly Hold[],
): EditHolds {
  return text =>
    holds.reduce((edited, hold) => holding(hold)(edited), forgetting(environment, members)(text));
}

/**
 * The holds with the author, reason and time of the proposed ones, since these change with each run and
 * decide nothing. What is held, and whether the hold ends by itself, stays.
 */
export function asProposed(holds: readonly Hold[], text: string | undefined): readonly Hold[] {
  const proposed = readableEntries(text);
  return holds.map(hold => {
    const same = proposed.find(
      ({ environment, image, digest }) =>
        environment === hold.environment && image === hold.image && digest === hold.digest,
    );
    return same === undefined ? hold : { ...hold, reason: same.reason, by: same.by, since: same.since };
  });
}
