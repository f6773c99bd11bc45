import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';

/** What a batch of copies has brought, or is bringing, to its targets, so that nothing is brought twice. */
export interface CopyLedger {
  readonly blobs: Map<string, Promise<void>>;
  /** Manifests with everything below them, as the digests of all those manifests. */
  readonly manifests: Map<string, Promise<readonly Digest[]>>;
}

/** An empty ledger; hand the same one to every copy of a batch. */
export function createLedger(): CopyLedger {
  return { blobs: new Map(), manifests: new Map() };
}

/**
 * Runs the action unless it has succeeded for this target and digest before, or is under way: then its result is
 * awaited. Where another caller's attempt failed, which may have been cancelled, the action is tried anew.
 */
export async function once<Result>(
  book: Map<string, Promise<Result>>,
  target: RepositoryName,
  digest: Digest,
  action: () => Promise<Result>,
): Promise<Result> {
  const key = `${target}@${digest}`;
  for (let other = book.get(key); other !== undefined; other = book.get(key)) {
    const outcome = await other.then(
      value => ({ value }),
      () => undefined,
    );
    if (outcome !== undefined) return outcome.value;
    if (book.get(key) === other) book.delete(key);
  }
  const own = action();
  book.set(key, own);
  return await own;
}
