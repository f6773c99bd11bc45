import type { Octokit } from '@octokit/rest';
import { Failure } from '../../http/failure.ts';

/** How often a failed request is sent again: after one second, and after four. */
const RETRIES = 2;
/** Statuses that a second try does not change; the throttling and `heedRetryAfter` wait for rate limits. */
const FINAL = [400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451];
/** A wait of more seconds than this is logged. */
const TOLD = 2;

/** The settings of Octokit's retries. */
export const RETRY = { doNotRetry: FINAL, retries: RETRIES };

/** A plugin to list before the retries: it sees each failed try, and logs a long wait before the next. */
export function tellRetries(log: (text: string) => void) {
  return (client: Pick<Octokit, 'hook'>): void => {
    client.hook.error('request', (error, { request }) => {
      const tried = Number(request.retryCount ?? 0) + 1;
      const seconds = tried ** 2;
      const isRetried = 'status' in error && !FINAL.includes(error.status) && tried <= RETRIES;
      if (isRetried && seconds > TOLD)
        log(`ask GitHub: ${reasonOf(error)}; waiting ${seconds} s, then try ${tried + 1} of ${RETRIES + 1}`);
      throw error;
    });
  };
}

/** For a connection that broke, Octokit sets the status 500, without a response. */
function reasonOf(error: Error & { readonly status: number; readonly response?: unknown }): string {
  if (error.response !== undefined) return `status ${error.status}`;
  return error.cause instanceof Failure ? error.cause.reason : error.message;
}
