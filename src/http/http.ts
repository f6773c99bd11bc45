import { setTimeout as wait } from 'node:timers/promises';
import { endedBy } from './cancellable.ts';
import { createConnections, type HostConnections } from './connections.ts';
import type { ProxySettings } from './dispatcher.ts';
import { loginsOf, withoutEcho } from './echo.ts';
import { exchange, type Patience } from './exchange.ts';
import { asFailure, Failure } from './failure.ts';
import { createHostQueue } from './host-queue.ts';
import { readBounded, readStart } from './read.ts';
import { followRedirects } from './redirect.ts';
import type { HttpAnswer, HttpRequest, HttpResponse, HttpStream } from './request.ts';
import { type RetrySettings, retryDelay, TOLD, type Try, type Wait, withRetries } from './retry.ts';
import { createSilentHosts } from './silent-hosts.ts';
import { readAlert } from './tls-alert.ts';

/** What a run knows of its network; absent values have defaults that suit registries. */
export interface HttpOptions {
  readonly proxy?: ProxySettings;
  /** Requests under way at a time to one host and port; default 8. */
  readonly concurrency?: number;
  /** Absent: no host has settings of its own. */
  readonly hosts?: HostConnections | undefined;
  readonly patience?: Partial<Patience>;
  readonly retry?: Partial<RetrySettings>;
  /** Called for every answer, redirects and retries too; the URL may contain secrets (`redactUrl`). */
  readonly onRequest?: (method: string, url: URL, status: number) => void;
  /** Called with the logins of each request before it is sent. */
  readonly onLogin?: ((logins: readonly string[]) => void) | undefined;
  /** Called before each wait of more than two seconds. */
  readonly onWait?: (request: HttpRequest, wait: Wait) => void;
  /** Called if a host has not answered for two seconds, for one request at a time; with the longest wait. */
  readonly onSlow?: (request: HttpRequest, wait: SlowWait) => void;
  /** Ends every request and every wait between tries. */
  readonly signal?: AbortSignal | undefined;
}

/** A request without its whole answer: which try it is, what came of it, and the longest wait in seconds. */
export interface SlowWait extends Try {
  readonly seconds: number;
  readonly has: 'nothing' | 'a part';
}

/** The one HTTP client. It has the proxies, retries, queues, redirects and the address guard. */
export interface Http {
  /** An answer with its body in memory; throws `UNREACHABLE`, `TOO_LARGE` or `CANCELLED`. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** An answer, as a stream if its status is a success; a stream must be read to its end or closed. */
  stream(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits as before the next try of a request that was tried so often; for work of several requests. */
  pause(tried: number, signal?: AbortSignal): Promise<void>;
  /** Ends the connections that are still open. */
  close(): Promise<void>;
}

/** An answer begins within half a minute; uploads have longer, by what their server has to hash. */
const PATIENCE: Patience = {
  headers: 30_000,
  upload: 60_000,
  bytesPerSecond: 10_000_000,
  body: 60_000,
  told: TOLD,
};
const ERROR_BODY_LIMIT = 64 * 1024;
const RESPONSE_LIMIT = 1024 * 1024;

/**
 * Builds the client. A request keeps its place in a host's queue until the headers are there, for `send`
 * until the body is. A stream keeps none while it is read, so that it cannot delay the target's requests.
 */
export function createHttp(options: HttpOptions = {}): Http {
  const { hosts } = options;
  const connections = createConnections(options.proxy, hosts);
  const answered = new Set<string>();
  const queue = createHostQueue(host => hosts?.get(host)?.requests ?? options.concurrency ?? 8);
  const patience = { ...PATIENCE, ...options.patience };
  const retry: RetrySettings = {
    tries: 6,
    totalTime: 600_000,
    sleep: (milliseconds, signal) => wait(milliseconds, undefined, signal === undefined ? {} : { signal }),
    random: Math.random,
    now: () => performance.now(),
    onWait: options.onWait,
    ...options.retry,
  };

  const silent = createSilentHosts(retry.now);
  const slow = new Set<string>();

  async function open<Answer>(
    request: HttpRequest,
    { which, isWhole }: { readonly which: Try; readonly isWhole: boolean },
    read: (answer: HttpStream) => Promise<Answer>,
  ): Promise<Answer> {
    const { host } = request.url;
    let isTold = false;
    const onSlow = (limit: number, has: SlowWait['has']) => {
      if (slow.has(host)) return;
      isTold = true;
      slow.add(host);
      options.onSlow?.(request, { ...which, has, seconds: Math.ceil(limit / 1000) });
    };
    silent.assertAnswers(request);
    options.onLogin?.(loginsOf(request));
    try {
      const dispatcher = await connections.to(request);
      const answer = await exchange(dispatcher, { patience, isWhole, onSlow }, request);
      answered.add(host);
      options.onRequest?.(request.method, request.url, answer.status);
      return await read(answer);
    } catch (error) {
      const alert = await alertBehind(request, error);
      if (alert === undefined) throw error;
      throw asFailure(request, alert);
    } finally {
      if (isTold) slow.delete(host);
    }
  }

  /** The TLS alert behind the reset of a connection to a host that never answered; none through a proxy. */
  async function alertBehind({ url }: HttpRequest, error: unknown): Promise<unknown> {
    const mayBeTls = error instanceof Failure && error.remedy === 'retry' && url.protocol === 'https:';
    if (!mayBeTls || answered.has(url.host) || options.proxy?.https) return undefined;
    return await readAlert(url, hosts?.get(url.host)?.tls);
  }

  async function perform<Answer extends HttpAnswer>(
    given: HttpRequest,
    attempt: (hop: HttpRequest, which: Try) => Promise<Answer>,
  ): Promise<Answer> {
    const request = { ...given, signal: endedBy(given.signal, options.signal) };
    try {
      return await withRetries(request, retry, which =>
        followRedirects(request, hosts, hop => queue(hop.url.host, () => attempt(hop, which))),
      );
    } catch (error) {
      silent.note(error);
      throw error;
    }
  }

  return {
    send: request =>
      perform(request, async (hop, which) =>
        open(hop, { which, isWhole: true }, answer => complete(hop, answer)),
      ),
    stream: request =>
      perform<HttpAnswer>(request, async (hop, which) =>
        open(hop, { which, isWhole: false }, async answer =>
          isSuccess(answer.status) ? answer : await complete(hop, answer),
        ),
      ),
    pause: async (tried, signal) => {
      const ended = endedBy(signal, options.signal);
      // Only a cancellation cuts the wait short, and the next request reports it.
      await retry.sleep(retryDelay(tried, retry.random()), ended).catch(() => undefined);
    },
    close: () => connections.close(),
  };
}

async function complete(request: HttpRequest, { body, ...answer }: HttpStream): Promise<HttpResponse> {
  const bytes = isSuccess(answer.status)
    ? await readBounded(body, request.limit ?? RESPONSE_LIMIT, request.operation)
    : withoutEcho(request, await readStart(body, ERROR_BODY_LIMIT));
  return { ...answer, kind: 'response', bytes };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
