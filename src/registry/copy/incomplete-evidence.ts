import type { Digest } from '../../oci/digest.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { MissingEvidence } from '../evidence/missing.ts';
import { placesOf } from '../evidence/places.ts';
import type { Store } from '../store.ts';
import { checkClosure } from './check-closure.ts';

/** A piece of evidence that is listed at a place where a part of it is missing. */
export interface IncompleteEvidence extends MissingEvidence {
  /** The first part that is absent or damaged. */
  readonly lacks: Digest;
}

/** The evidence that the target lists but lacks parts of. Costs one GET, and a HEAD for each blob. */
export async function incompleteEvidence(
  target: Store,
  { referrers, tags }: Evidence,
  missing: readonly MissingEvidence[],
): Promise<readonly IncompleteEvidence[]> {
  const absent = new Set(missing.map(({ descriptor }) => descriptor.digest));
  const pieces: readonly MissingEvidence[] = [
    ...[...referrers.values()].flat().map(descriptor => ({ descriptor })),
    ...[...tags].map(([tag, descriptor]) => ({ tag, descriptor })),
  ];
  const checked = await Promise.all(
    pieces.map(async piece => {
      if (absent.has(piece.descriptor.digest)) return [];
      const lacks = await lackingPart(target, piece);
      return lacks === undefined ? [] : [{ ...piece, lacks }];
    }),
  );
  return checked.flat();
}

/** A referrer has to be complete in one place. A tag has to be complete in every place that has the tag. */
async function lackingPart(target: Store, { tag, descriptor }: MissingEvidence): Promise<Digest | undefined> {
  const found = await Promise.all(
    placesOf(target).map(async place => {
      const digest = tag === undefined ? descriptor.digest : (await place.head(tag))?.digest;
      return digest === undefined ? undefined : (await checkClosure(place, digest)).lacks[0]?.digest;
    }),
  );
  return tag === undefined && found.includes(undefined)
    ? undefined
    : found.find(lacks => lacks !== undefined);
}
