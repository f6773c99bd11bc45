import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';

/** The blobs and manifests that a batch has copied or is copying, so that nothing is copied twice. */
export interface CopyLedger {
  readonly blobs: Map<string, Promise<void>>;
  /** Copied manifests, each with the digests of all manifests below it. */
  readonly manifests: Map<string, Promise<readonly Digest[]>>;
}

/** An empty ledger. All copies of a batch share it. */
export function createLedger(): CopyLedger {
  return { blobs: new Map(), manifests: new Map() };
}

/**
 * Runs the action once for each target and digest; a caller waits for a running one. If that attempt failed
 * or was cancelled, the action runs again.
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
