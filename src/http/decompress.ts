import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/**
 * A compressed stream's bytes. An error on either side is thrown to the reader, and a reader that stops ends
 * the source.
 */
export function decompress(
  stream: AsyncIterable<Uint8Array>,
  format: 'gzip' | 'zstd',
): AsyncIterable<Uint8Array> {
  const unpacked = format === 'gzip' ? createGunzip() : createZstdDecompress();
  // With `compose`, a stream that is cut off would keep waiting, and its error would end the process.
  return pipeline(Readable.from(stream), unpacked, () => undefined);
}
