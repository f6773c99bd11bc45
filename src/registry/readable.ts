import { PromoteError } from '../errors.ts';

const CODES: readonly string[] = ['INVALID', 'UNSUPPORTED', 'NOT_FOUND', 'TOO_LARGE', 'DIGEST_MISMATCH'];

/**
 * What a registry contains, `undefined` where it cannot be read: the rest stays readable. A registry that fails throws.
 */
export async function readable<Content>(
  read: () => Promise<Content | undefined>,
): Promise<Content | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** Whether an error tells of content that cannot be read, and not of a registry that fails. */
export function isUnreadable(error: unknown): error is PromoteError {
  return error instanceof PromoteError && CODES.includes(error.code);
}
