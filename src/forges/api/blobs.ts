import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { PromoteError } from '../../errors.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import type { Keep, Repository } from '../../git/repository.ts';
import { assertFileSize, decodeText } from '../../git/text.ts';

/** Where a forge's API has blobs. */
export interface BlobSource {
  /** How people name the repository. */
  readonly name: string;
  /** Regular files of a commit that holds many of the blobs; `undefined` where no such commit is known. */
  archive(blobs: readonly string[]): AsyncIterable<Uint8Array> | undefined;
  /** Those of the blobs that one request answers, whole or cut off. */
  many?(blobs: readonly string[]): AsyncIterable<Uint8Array>;
  one(blob: string): Promise<Uint8Array>;
}

const MOST_BY_NAME = 20;
const MOST_REQUESTS = 1000;
const CONCURRENCY = 8;

/**
 * Reads blobs as texts, verified by their names. They come from the local checkout, and beyond 20 missing ones from
 * one archive. The rest are asked for together where the forge can, or one by one. Texts are kept for the run. Throws
 * `TOO_LARGE` over the bound for one file.
 */
export function createBlobs(
  source: BlobSource,
  local: LocalBlob = async () => undefined,
): Repository['read'] {
  const kept = new Map<string, string>();

  function keep(blob: string, bytes: Uint8Array): void {
    assertFileSize(blob, bytes.length);
    kept.set(blob, decodeText(blob, bytes));
  }

  /** Answers with those that are there and not wanted: they can be read again at no cost. */
  async function takeLocal(blobs: readonly string[], wanted: Keep): Promise<ReadonlySet<string>> {
    const leftOut = new Set<string>();
    for (const blob of blobs) {
      const bytes = await local(blob);
      if (bytes === undefined || blobName(bytes, blob.length) !== blob) continue;
      if (wanted(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')))
        keep(blob, bytes);
      else leftOut.add(blob);
    }
    return leftOut;
  }

  async function takeArchive(blobs: readonly string[]): Promise<void> {
    if (blobs.length > MOST_BY_NAME) await takeThose(blobs, source.archive(blobs));
  }

  async function takeMany(blobs: readonly string[]): Promise<void> {
    if (blobs.length > 1) await takeThose(blobs, source.many?.(blobs));
  }

  async function takeThose(
    blobs: readonly string[],
    files: AsyncIterable<Uint8Array> | undefined,
  ): Promise<void> {
    const wanted = new Set(blobs);
    for await (const bytes of files ?? []) {
      const blob = blobName(bytes, blobs[0]?.length);
      if (wanted.has(blob)) keep(blob, bytes);
    }
  }

  async function takeSingly(blobs: readonly string[]): Promise<void> {
    if (blobs.length > MOST_REQUESTS) throw tooMany(source.name, blobs.length);
    await pLimit(CONCURRENCY).map(blobs, async blob => {
      const bytes = await source.one(blob);
      if (blobName(bytes, blob.length) !== blob) throw forged(source.name, blob);
      keep(blob, bytes);
    });
  }

  return async (names, wanted = () => true) => {
    const unread = [...new Set(names)].filter(blob => !kept.has(blob));
    const leftOut = await takeLocal(unread, wanted);
    const blobs = [...new Set(names)].filter(blob => !leftOut.has(blob));
    for (const take of [takeArchive, takeMany, takeSingly]) {
      const missing = blobs.filter(blob => !kept.has(blob));
      if (missing.length > 0) await take(missing);
    }
    return new Map(blobs.map(blob => [blob, kept.get(blob) ?? '']));
  };
}

/** The object name of bytes, as long as the repository's other names. */
function blobName(bytes: Uint8Array, length = 40): string {
  const hash = createHash(length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function forged(repository: string, blob: string): PromoteError {
  return new PromoteError(
    'DIGEST_MISMATCH',
    `read blob ${blob} of ${repository}: the bytes have another name`,
  );
}

function tooMany(repository: string, count: number): PromoteError {
  return new PromoteError('TOO_LARGE', `read of ${count} files of ${repository}, at most ${MOST_REQUESTS}`, {
    hint: 'check out the deployment repository beforehand: files of the same commit are then read from there',
  });
}
