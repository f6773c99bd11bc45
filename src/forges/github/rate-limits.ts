import { setTimeout } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';

/** Seconds that a run waits at most for a limit, and how often in one request; a longer wait fails. */
const LONGEST_WAIT = 300;
const MOST_WAITS = 3;

/**
 * Decides for Octokit's throttling whether to wait when GitHub's primary limit is used up (until
 * `x-ratelimit-reset`) or its secondary one (for `retry-after`, else a minute). Each wait is logged.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function rateLimits(log: (text: string) => void) {
  const ask = (limit: string) => (seconds: number, _request: object, _client: object, waited: number) =>
    mayWait(log, limit, seconds, waited);
  return {
    onRateLimit: ask("GitHub's rate limit"),
    onSecondaryRateLimit: ask("GitHub's secondary rate limit"),
  };
}

/** Waits as `retry-after` says, also for refusals that the throttling does not know, such as a proxy's. */
export function heedRetryAfter(
  client: Octokit,
  log: (text: string) => void,
  signal: AbortSignal | null,
): void {
  client.hook.wrap('request', async (request, options) => {
    for (let waited = 0; ; waited += 1) {
      try {
        return await request(options);
      } catch (error) {
        const seconds = unheeded(error);
        if (seconds === undefined || !mayWait(log, 'the rate limit of the server', seconds, waited))
          throw error;
        await setTimeout(seconds * 1000, undefined, signal === null ? {} : { signal });
      }
    }
  });
}

function mayWait(log: (text: string) => void, limit: string, seconds: number, waited: number): boolean {
  if (seconds > LONGEST_WAIT || waited >= MOST_WAITS) return false;
  log(`${limit} is used up: waiting ${seconds} s`);
  return true;
}

function unheeded(error: unknown): number | undefined {
  if (!(error instanceof Error) || /\bsecondary rate\b/i.test(error.message)) return undefined;
  const { status, response } = { status: undefined, response: undefined, ...error };
  const { headers } = { headers: undefined, ...Object(response) };
  const { 'retry-after': after = '', 'x-ratelimit-remaining': remaining } = { ...Object(headers) };
  const isLimit = (status === 403 || status === 429) && remaining !== '0';
  return isLimit && /^\d{1,6}$/.test(after) ? Number(after) : undefined;
}
