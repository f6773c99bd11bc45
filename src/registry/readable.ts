import { PromoteError } from '../errors.ts';

const CODES: readonly string[] = ['INVALID', 'UNSUPPORTED', 'NOT_FOUND', 'TOO_LARGE', 'DIGEST_MISMATCH'];

/**
 * Reads content; `undefined` if it is unreadable, so the rest stays readable. Throws if the registry fails.
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

/** Whether the content is unreadable, as opposed to a failing registry. */
export function isUnreadable(error: unknown): error is PromoteError {
  return error instanceof PromoteError && CODES.includes(error.code);
}
