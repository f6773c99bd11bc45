import { RegistryError } from '../registry-error.ts';

/** The most bytes that a registry, or a proxy before it, accepts in one request, as refusals have shown. */
export interface UploadLimits {
  /** The most bytes of a blob that is sent in one request. */
  whole: number;
  /** Bytes of a chunk. */
  chunk: number;
}

const LARGEST_CHUNK = 32 * 1024 * 1024;
const SMALLEST_CHUNK = 256 * 1024;

/** The limits before any refusal: every blob is sent in one request. */
export function noLimits(): UploadLimits {
  return { whole: Number.POSITIVE_INFINITY, chunk: LARGEST_CHUNK };
}

/**
 * Records the limit that a refusal of `sent` bytes shows: 405 means chunks only, 413 means too many bytes.
 * Returns whether a smaller request may succeed.
 */
export function learnLimit(limits: UploadLimits, error: unknown, sent: number): boolean {
  if (!(error instanceof RegistryError)) return false;
  if (error.status === 405 && error.method === 'PUT' && limits.whole >= 0) {
    limits.whole = -1;
    return true;
  }
  if (error.status !== 413 || sent <= SMALLEST_CHUNK) return false;
  limits.chunk = Math.min(limits.chunk, Math.max(SMALLEST_CHUNK, Math.floor(sent / 4)));
  limits.whole = Math.min(limits.whole, limits.chunk);
  return true;
}
