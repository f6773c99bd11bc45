import { PromoteError, systemFailure } from '../../errors.ts';
import { type GitAction, gitFailure } from '../failure.ts';

/** Runs `action`. Errors of isomorphic-git and the network become a `PromoteError` that names `doing`. */
export async function explained<T>(
  doing: string,
  action: () => Promise<T>,
  secrets: readonly string[] = [],
  of: GitAction = 'read',
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof PromoteError || !(error instanceof Error)) throw error;
    if (error.name === 'NotFoundError') throw new PromoteError('NOT_FOUND', `${doing}: ${error.message}`);
    throw (
      systemFailure(doing, error) ??
      gitFailure(doing, `${error.message}${innermost(error)}${statusOf(error)}`, secrets, of)
    );
  }
}

/** The message of the cause: `fetch` itself only says that it failed. */
function innermost(error: Error): string {
  return error.cause instanceof Error ? ` (${error.cause.message})` : '';
}

/** The status of isomorphic-git's `HttpError`. */
function statusOf(error: Error): string {
  const data: unknown = 'data' in error ? error.data : undefined;
  const isHttp = typeof data === 'object' && data !== null && 'statusCode' in data;
  return isHttp ? `: HTTP ${data.statusCode}` : '';
}
