import { RegistryError } from '../registry-error.ts';

/** What a registry, or a proxy before it, has shown of how much it takes in one request. */
export interface UploadLimits {
  /** The most bytes of a blob that is sent whole. */
  whole: number;
  /** Bytes of a chunk. */
  chunk: number;
}

const LARGEST_CHUNK = 32 * 1024 * 1024;
const SMALLEST_CHUNK = 256 * 1024;

/** Before anything was refused: every blob is sent whole. */
export function noLimits(): UploadLimits {
  return { whole: Number.POSITIVE_INFINITY, chunk: LARGEST_CHUNK };
}

/**
 * Takes down what a refusal of so many bytes shows: 405 where blobs are taken in chunks alone, 413 where they are too
 * large. Answers whether something smaller may pass.
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
