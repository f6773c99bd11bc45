import pLimit, { type LimitFunction } from 'p-limit';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { addToFallback } from './fallback.ts';
import type { RemoteRepository } from './repository.ts';

/** What is on its way to one subject's list. */
interface Batch {
  /** Manifests that are being written, and may yet turn out to need the list. */
  readonly writes: Set<Promise<unknown>>;
  waiting: Descriptor[];
  /** One writer a subject: of two in one process, neither may lose the other's entry. */
  readonly writer: LimitFunction;
}

/** Lists manifests under their subjects' fallback tags; those that are put at the same time in one write. */
export class FallbackListing {
  readonly #repository: RemoteRepository;
  readonly #batches = new Map<Digest, Batch>();

  constructor(repository: RemoteRepository) {
    this.#repository = repository;
  }

  /** Awaits the manifest's write and, where that answers an entry to list, until the list holds it. */
  async add(subject: Digest, write: Promise<Descriptor | undefined>): Promise<void> {
    const batch = this.#batchOf(subject);
    const written = write.then(entry => {
      if (entry) batch.waiting.push(entry);
      return entry;
    });
    batch.writes.add(written);
    const entry = await written.finally(() => batch.writes.delete(written));
    if (entry === undefined) return;
    await batch.writer(async () => {
      await Promise.allSettled(batch.writes);
      const entries = batch.waiting;
      batch.waiting = [];
      if (entries.length > 0) await this.#list(subject, entries, batch);
    });
  }

  async #list(subject: Digest, entries: readonly Descriptor[], batch: Batch): Promise<void> {
    try {
      await addToFallback(this.#repository, subject, entries);
    } catch (error) {
      // The others' turns fail on their own account, instead of finding nothing left to list.
      batch.waiting.push(...entries);
      throw error;
    }
  }

  #batchOf(subject: Digest): Batch {
    const known = this.#batches.get(subject);
    if (known) return known;
    const batch: Batch = { writes: new Set(), waiting: [], writer: pLimit(1) };
    this.#batches.set(subject, batch);
    return batch;
  }
}
