import type { Digest } from '../../oci/digest.ts';
import type { RepositoryName } from '../../oci/reference.ts';

/** The blobs and manifests that a batch has copied or is copying, so that nothing is copied twice. */
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
 * Runs the action once for each target and digest; a running one is awaited. If another caller's attempt failed, which
 * may have been cancelled, the action is tried again.
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
