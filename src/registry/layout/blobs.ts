import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ifPresent, PromoteError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, type Digest, hexOf } from '../../oci/digest.ts';
import { verifiedStream } from '../verified-stream.ts';
import { partialPath } from './directory.ts';
import { isUnlinkable } from './system-error.ts';

/** Whether a file of the descriptor's size is there; its bytes are verified when they are read. */
export async function hasBlob(directory: string, { digest, size }: Descriptor): Promise<boolean> {
  return (await sizeOf(blobPath(directory, digest))) === size;
}

/** A blob as a verified stream, `undefined` where it is absent. */
export async function readBlob(
  directory: string,
  descriptor: Descriptor,
  subject: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const path = blobPath(directory, descriptor.digest);
  if ((await sizeOf(path)) === undefined) return undefined;
  return verifiedStream(createReadStream(path), descriptor, subject);
}

/** A small blob's bytes, not verified; `undefined` where it is absent. Throws `TOO_LARGE`. */
export async function readSmallBlob(
  directory: string,
  digest: Digest,
  limit: number,
): Promise<Uint8Array | undefined> {
  return await readBounded(blobPath(directory, digest), limit);
}

/** Writes a blob so that it appears complete and verified, or not at all. */
export async function writeBlob(
  directory: string,
  descriptor: Descriptor,
  stream: AsyncIterable<Uint8Array>,
  subject: string,
): Promise<void> {
  const partial = partialPath(directory);
  const path = blobPath(directory, descriptor.digest);
  try {
    await pipeline(verifiedStream(stream, descriptor, subject), createWriteStream(partial, { flags: 'wx' }));
    await mkdir(dirname(path), { recursive: true });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Links a blob from another layout once its bytes are verified, so that damage does not spread. `false` if it
 * is absent there, or if the file system cannot link the two.
 */
export async function linkBlob(
  from: string,
  directory: string,
  descriptor: Descriptor,
  subject: string,
): Promise<boolean> {
  const stream = await readBlob(from, descriptor, subject);
  if (stream === undefined) return false;
  for await (const _ of stream);
  const partial = partialPath(directory);
  const path = blobPath(directory, descriptor.digest);
  try {
    await mkdir(dirname(path), { recursive: true });
    await link(blobPath(from, descriptor.digest), partial);
    await rename(partial, path);
    return true;
  } catch (error) {
    if (isUnlinkable(error)) return false;
    throw error;
  } finally {
    // If both names are links to the same file, a rename keeps the old name.
    await rm(partial, { force: true });
  }
}

/** A file's bytes, `undefined` where it is absent; throws `TOO_LARGE` over the limit. */
export async function readBounded(path: string, limit: number): Promise<Uint8Array | undefined> {
  const file = await ifPresent(open(path));
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size <= limit) return await file.readFile();
    throw new PromoteError('TOO_LARGE', `read ${path}: ${size} bytes, expected at most ${limit}`);
  } finally {
    await file.close();
  }
}

function blobPath(directory: string, digest: Digest): string {
  return join(directory, 'blobs', algorithmOf(digest), hexOf(digest));
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifPresent(stat(path)))?.size;
}
