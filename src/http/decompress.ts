import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/**
 * A compressed stream's bytes; whatever breaks on either side is thrown to whoever reads, and a reader that leaves ends
 * the source.
 */
export function decompress(
  stream: AsyncIterable<Uint8Array>,
  format: 'gzip' | 'zstd',
): AsyncIterable<Uint8Array> {
  const unpacked = format === 'gzip' ? createGunzip() : createZstdDecompress();
  // `compose` would leave a stream that is cut off waiting, and its error to the process.
  return pipeline(Readable.from(stream), unpacked, () => undefined);
}
