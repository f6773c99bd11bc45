import { PromoteError, rethrowDefect } from '../errors.ts';
import type { Keep } from './repository.ts';

/** Keeps every blob, also one that is not UTF-8 text. */
export const EVERYTHING: Keep = () => true;

/** The largest blob, in bytes, that every forge returns whole: Forgejo's default. */
export const MAX_SERVED_BYTES = 10 * 1024 * 1024;

/** Throws `TOO_LARGE` for a blob over the limit for one file: `most` bytes, or 5 MiB. */
export function assertFileSize(blob: string, bytes: number, most: number = MAX_FILE_BYTES): void {
  if (bytes <= most) return;
  throw new PromoteError('TOO_LARGE', `read of blob ${blob}: ${bytes} bytes, at most ${most} are read`, {
    hint: 'leave the file out of the environment’s `files` with `exclude`',
  });
}

/** The limit for a blob in bytes. Callers with `keep` get a higher one, and check the text themselves. */
export function mostBytes(keep: Keep | undefined): number {
  return keep === undefined ? MAX_FILE_BYTES : MAX_KEPT_BYTES;
}

/**
 * A blob's text with its byte order mark, so that its bytes can be written back. Throws `INVALID` if it is
 * not UTF-8. With `keep` such a text is not well-formed instead, and the reader checks that.
 */
export function decodeText(blob: string, bytes: Uint8Array, keep?: Keep): string {
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    rethrowDefect(cause);
    if (keep !== undefined) return LENIENT.decode(bytes).replaceAll('\ufffd', '\udcff');
    throw new PromoteError('INVALID', `read of blob ${blob}: not UTF-8 text`, { cause });
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
