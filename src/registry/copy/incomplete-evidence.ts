import type { Digest } from '../../oci/digest.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { MissingEvidence } from '../evidence/missing.ts';
import type { Store } from '../store.ts';
import { checkClosure } from './check-closure.ts';

/** A piece of evidence that is listed at a place which lost a part of it. */
export interface IncompleteEvidence extends MissingEvidence {
  /** The first part that is absent or damaged. */
  readonly lacks: Digest;
}

/** The evidence that the target names as the source does, and has not whole. Costs one GET and a HEAD for each blob. */
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
      const digest = piece.tag === undefined ? piece.descriptor.digest : await namedDigest(target, piece.tag);
      const [lacking] = digest === undefined ? [] : (await checkClosure(target, digest)).lacks;
      return lacking === undefined ? [] : [{ ...piece, lacks: lacking.digest }];
    }),
  );
  return checked.flat();
}

async function namedDigest(target: Store, tag: string): Promise<Digest | undefined> {
  return (await target.head(tag))?.digest;
}
