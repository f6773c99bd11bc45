import { isStream } from './exchange.ts';
import { cancelled, Failure, type Remedy } from './failure.ts';
import type { HttpAnswer, HttpRequest } from './request.ts';

/** How long and how often requests are tried again; clock and chance are values, so that tests need not wait. */
export interface RetrySettings {
  readonly tries: number;
  /** Milliseconds from the first try after which there is no other. */
  readonly totalTime: number;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onWait?: ((request: HttpRequest, wait: Wait) => void) | undefined;
}

/** A wait before another try. */
export interface Wait {
  readonly seconds: number;
  /** Why the last try is not enough. */
  readonly reason: string;
  /** The number of the next try, and of the last one. */
  readonly next: number;
  readonly most: number;
}

/** Which try this is, and how many there are at most where it gets no answer. */
export interface Try {
  readonly tried: number;
  readonly most: number;
}

const BRIEF_TRIES = 3;
/** The remedy for a server that does not answer. */
const BRIEFLY: Remedy = 'retry-briefly';
const SHORTEST_DELAY = 100;
const LONGEST_DELAY = 30_000;
/** After so many milliseconds people are notified of a wait. */
export const TOLD = 2_000;
const TOO_MANY_REQUESTS = 429;
/** Some registries answer with it while another request writes what this one reads. */
const INTERNAL_ERROR = 500;
const PASSING = new Set([TOO_MANY_REQUESTS, INTERNAL_ERROR, 502, 503, 504]);

/**
 * Tries again after a broken connection, a rate limit, 502, 503 and 504, and briefly after 500 or no answer. It does
 * so only where a second sending does no harm. It waits as long as the server asks, else ever longer. Returns the last
 * answer, or throws the last failure.
 */
export async function withRetries<Answer extends HttpAnswer>(
  request: HttpRequest,
  settings: RetrySettings,
  attempt: (which: Try) => Promise<Answer>,
): Promise<Answer> {
  const { now, totalTime, random, sleep } = settings;
  const start = now();
  const limit = request.tries ?? settings.tries;
  for (let tried = 1; ; tried += 1) {
    if (request.signal?.aborted) throw cancelled(request);
    const began = now();
    const outcome = await attempt({ tried, most: failureTries(request, BRIEFLY, limit) }).catch(asRetryable);
    const took = now() - began;
    const asked = outcome instanceof Failure ? undefined : askedDelay(outcome.headers);
    const delay = asked ?? retryDelay(tried, random());
    const most = triesFor(request, outcome, limit);
    if (tried >= most || now() - start + delay > totalTime) {
      if (outcome instanceof Failure) throw outcome.after(tried);
      return outcome;
    }
    request.onRetry?.();
    if ((took > TOLD || delay > TOLD) && !request.signal?.aborted) {
      settings.onWait?.(request, {
        seconds: Math.ceil(delay / 1000),
        reason: reasonOf(request, outcome),
        next: tried + 1,
        most,
      });
    }
    // Only a cancellation cuts the wait short, and the next turn reports it.
    await sleep(delay, request.signal).catch(() => undefined);
  }
}

/** Milliseconds before the next try: exponential from 0.1 s to 30 s, less up to a half by chance. */
export function retryDelay(tried: number, random: number): number {
  return Math.min(LONGEST_DELAY, SHORTEST_DELAY * 4 ** (tried - 1)) * (1 - random / 2);
}

/**
 * Milliseconds that `Retry-After` asks for, or that pass until `RateLimit-Reset` (GitLab's, in seconds of Unix time);
 * dates count from the server's own clock.
 */
export function askedDelay(headers: Readonly<Record<string, string>>): number | undefined {
  const { 'retry-after': asked = '', date = '' } = headers;
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000;
  const { 'ratelimit-remaining': remaining, 'ratelimit-reset': reset = '' } = headers;
  const isUsedUp = asked === '' && remaining === '0' && /^\d{10}$/.test(reset);
  const until = isUsedUp ? Number(reset) * 1000 : Date.parse(asked);
  const milliseconds = until - Date.parse(date);
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function reasonOf(request: HttpRequest, outcome: HttpAnswer | Failure): string {
  if (outcome instanceof Failure) return outcome.reason;
  return isRateLimited(request, outcome) ? 'it limits how often it is asked' : `status ${outcome.status}`;
}

function triesFor(request: HttpRequest, outcome: HttpAnswer | Failure, most: number): number {
  if (outcome instanceof Failure) return failureTries(request, outcome.remedy, most);
  if (isStream(request.body)) return 1;
  // A request that a rate limit refused has done nothing.
  const helps = isRateLimited(request, outcome) || (PASSING.has(outcome.status) && isIdempotent(request));
  if (!helps) return 1;
  return outcome.status === INTERNAL_ERROR ? Math.min(most, BRIEF_TRIES) : most;
}

function isRateLimited({ isBusy }: HttpRequest, answer: HttpAnswer): boolean {
  if (answer.status === TOO_MANY_REQUESTS) return true;
  return answer.kind === 'response' && (isBusy?.(answer) ?? false);
}

function failureTries(request: HttpRequest, remedy: Remedy, most: number): number {
  if (isStream(request.body) || !isIdempotent(request) || remedy === 'none') return 1;
  return remedy === BRIEFLY ? Math.min(most, BRIEF_TRIES) : most;
}

function isIdempotent({ idempotent, method }: HttpRequest): boolean {
  return idempotent ?? !/^(?:POST|PATCH)$/.test(method);
}

function asRetryable(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
