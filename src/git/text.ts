import { PromoteError, rethrowDefect } from '../errors.ts';

/** Throws `TOO_LARGE` where a blob is over 5 MiB, the bound for one file. */
export function assertFileSize(blob: string, bytes: number): void {
  if (bytes <= MAX_FILE_BYTES) return;
  throw new PromoteError(
    'TOO_LARGE',
    `read of blob ${blob}: ${bytes} bytes, at most ${MAX_FILE_BYTES} are read`,
  );
}

/** A blob's text with its byte order mark, so that it is written back byte by byte; throws `INVALID` if not UTF-8. */
export function decodeText(blob: string, bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    rethrowDefect(cause);
    throw new PromoteError('INVALID', `read of blob ${blob}: not UTF-8 text`, { cause });
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MAX_FILE_BYTES = 5 * 1024 * 1024;
