import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { PromoteError } from '../../errors.ts';
import type { LocalBlob } from '../../git/executable/checkout-blobs.ts';
import type { Keep, Repository } from '../../git/repository.ts';
import { assertFileSize, decodeText, MAX_SERVED_BYTES } from '../../git/text.ts';

/** How a forge's API provides blobs. */
export interface BlobSource {
  /** How people name the repository. */
  readonly name: string;
  /** Regular files of a commit that contains many of the blobs; `undefined` where no such commit is known. */
  archive(blobs: readonly string[], most: Most): AsyncIterable<Uint8Array> | undefined;
  /** The blobs that one request returns, whole or cut off. */
  many?(blobs: readonly string[]): AsyncIterable<Uint8Array>;
  one(blob: string, most: Most): Promise<Uint8Array>;
}

/** The most bytes of one file; `undefined`: the default limit. */
export type Most = number | undefined;

const MOST_BY_NAME = 20;
const MOST_REQUESTS = 1000;
const CONCURRENCY = 8;

/**
 * Reads blobs as texts, verified by their hashes. The local checkout comes first. If more than 20 are
 * missing, one archive is read. The rest are requested together where the forge can, or one by one. Texts are
 * kept for the run. Throws `TOO_LARGE` over the limit for one file.
 */
export function createBlobs(
  source: BlobSource,
  local: LocalBlob = async () => undefined,
): Repository['read'] {
  const kept = new Map<string, string>();

  function keep(blob: string, bytes: Uint8Array, asked: Keep | undefined): void {
    assertFileSize(blob, bytes.length, mostOf(asked));
    kept.set(blob, decodeText(blob, bytes, asked));
  }

  /** Returns the blobs that are there and not wanted: they can be read again at no cost. */
  async function takeLocal(blobs: readonly string[], asked?: Keep): Promise<ReadonlySet<string>> {
    const leftOut = new Set<string>();
    for (const blob of blobs) {
      const bytes = await local(blob);
      if (bytes === undefined || blobName(bytes, blob.length) !== blob) continue;
      if (asked?.(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')) ?? true)
        keep(blob, bytes, asked);
      else leftOut.add(blob);
    }
    return leftOut;
  }

  async function takeArchive(blobs: readonly string[], asked?: Keep): Promise<void> {
    if (blobs.length > MOST_BY_NAME) await takeThose(blobs, asked, source.archive(blobs, mostOf(asked)));
  }

  async function takeMany(blobs: readonly string[], asked?: Keep): Promise<void> {
    if (blobs.length > 1) await takeThose(blobs, asked, source.many?.(blobs));
  }

  async function takeThose(
    blobs: readonly string[],
    asked: Keep | undefined,
    files: AsyncIterable<Uint8Array> | undefined,
  ): Promise<void> {
    const wanted = new Set(blobs);
    for await (const bytes of files ?? []) {
      const blob = blobName(bytes, blobs[0]?.length);
      if (wanted.has(blob)) keep(blob, bytes, asked);
    }
  }

  async function takeSingly(blobs: readonly string[], asked?: Keep): Promise<void> {
    if (blobs.length > MOST_REQUESTS) throw tooMany(source.name, blobs.length);
    await pLimit(CONCURRENCY).map(blobs, async blob => {
      const bytes = await source.one(blob, mostOf(asked));
      if (blobName(bytes, blob.length) !== blob) throw forged(source.name, blob);
      keep(blob, bytes, asked);
    });
  }

  return async (names, asked) => {
    const unread = [...new Set(names)].filter(blob => !kept.has(blob));
    const leftOut = await takeLocal(unread, asked);
    const blobs = [...new Set(names)].filter(blob => !leftOut.has(blob));
    for (const take of [takeArchive, takeMany, takeSingly]) {
      const missing = blobs.filter(blob => !kept.has(blob));
      if (missing.length > 0) await take(missing, asked);
    }
    return new Map(blobs.map(blob => [blob, kept.get(blob) ?? '']));
  };
}

function mostOf(asked: Keep | undefined): Most {
  return asked && MAX_SERVED_BYTES;
}

/** The object name of bytes, by the hash that the length of the repository's names shows. */
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
