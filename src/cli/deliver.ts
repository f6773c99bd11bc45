import { createHmac } from 'node:crypto';
import type { Notifier } from '../apply/notify/notifier.ts';
import { PromoteError } from '../errors.ts';
import type { Http } from '../http/http.ts';
import { eventId } from '../reports/notifications/event.ts';
import { payloadOf } from '../reports/notifications/payload.ts';
import type { Io } from './io.ts';

/** Requests for one message: a receiver that is away for a moment is told, and holds nobody up. */
const TRIES = 3;

/** Posts events by the one way out. A try that was lost is made again, so an event may arrive twice, under one id. */
export function createDeliver(
  { env, secrets }: Pick<Io, 'env' | 'secrets'>,
  http: Http,
): Notifier['deliver'] {
  return async (notification, event) => {
    const { to, url: named, secret } = notification;
    const url = addressIn(named);
    // Whoever knows the path of such an address may post there.
    secrets?.add([url.href, url.pathname]);
    const clean = JSON.parse(JSON.stringify(event), (_, value: unknown) =>
      typeof value === 'string' ? (secrets?.redact(value) ?? value) : value,
    );
    const { body, headers } = payloadOf(notification, clean);
    const answer = await http.send({
      operation: `tell ${to}`,
      method: 'POST',
      url,
      headers: { ...headers, 'x-promote-event-id': eventId(clean), ...signed(secret, body) },
      body,
      idempotent: true,
      tries: TRIES,
    });
    if (answer.status >= 200 && answer.status < 300) return;
    throw new PromoteError('UNREACHABLE', `tell ${to}: ${url.host} answered ${answer.status}`);
  };

  /** The scheme is that of GitHub's webhooks. */
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
