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
    if (error instanceof PromoteError && CODES.includes(error.code)) return undefined;
    throw error;
  }
}
