import { createHmac } from 'node:crypto';
import { PromoteError } from '../errors.ts';
import type { Http } from '../http/http.ts';
import type { HttpRequest, HttpResponse } from '../http/request.ts';
import { eventId } from '../reports/notifications/event.ts';
import { payloadOf } from '../reports/notifications/payload.ts';
import type { Notifier } from '../run/notify/notifier.ts';
import type { Io } from './io.ts';

/** Requests for one message, so that a receiver that is down for a moment still gets it. */
const TRIES = 3;
/** Milliseconds for one message with all its tries, so that a receiver that never answers delays no run. */
const LIMIT = 10_000;
const TOO_MANY_REQUESTS = 429;

/** Posts events through the run's HTTP client. A retry may deliver one twice, both times under one id. */
export function createDeliver(
  { env, secrets }: Pick<Io, 'env' | 'secrets'>,
  http: Http,
  limit = LIMIT,
): Notifier['deliver'] {
  return async (notification, event) => {
    const { to, url: named, secret } = notification;
    const url = addressIn(named);
    // The path of such an address may be a password: everybody who knows it may post there.
    secrets?.add([url.href, url.pathname]);
    const clean = JSON.parse(JSON.stringify(event), (_, value: unknown) =>
      typeof value === 'string' ? (secrets?.redact(value) ?? value) : value,
    );
    const { body, headers } = payloadOf(notification, clean);
    const request = {
      operation: `notify ${to}`,
      method: 'POST',
      url,
      headers: { ...headers, 'x-promote-event-id': eventId(clean), ...signed(secret, body) },
      body,
      idempotent: true,
      tries: TRIES,
    } as const;
    const { status } = await within(limit, request);
    if (status >= 200 && status < 300) return;
    const isAway = status === TOO_MANY_REQUESTS || status >= 500;
    throw new PromoteError(
      isAway ? 'UNREACHABLE' : 'INVALID',
      `notify ${to}: ${url.host} answered ${status}`,
    );
  };

  async function within(milliseconds: number, request: HttpRequest): Promise<HttpResponse> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await http.send({ ...request, signal });
    } catch (cause) {
      const isLate = cause instanceof PromoteError && cause.code === 'CANCELLED' && signal.aborted;
      if (!isLate) throw cause;
      const { operation, url } = request;
      const said = `${operation}: ${url.host} did not take it within ${milliseconds / 1000} seconds`;
      throw new PromoteError('UNREACHABLE', said, { cause });
    }
  }

  /** The headers that sign the body, in the scheme of GitHub's webhooks; none without a secret. */
  function signed(secret: string | undefined, body: string): Readonly<Record<string, string>> {
    if (secret === undefined) return {};
    const key = variable(secret);
    secrets?.add([key]);
    return { 'x-promote-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` };
  }

  function addressIn(named: string): URL {
    const url = URL.parse(variable(named));
    const isLoopback = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url;
    throw new PromoteError('CONFIGURATION', `${named} holds no https address`);
  }

  function variable(named: string): string {
    const name = named.slice('env://'.length);
    const value = env[name]?.trim();
    if (value) return value;
    throw new PromoteError('NOT_FOUND', `the environment variable ${name} is not set`);
  }
}
