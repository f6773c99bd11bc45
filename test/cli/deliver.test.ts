import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeliver } from '../../src/cli/deliver.ts';
import type { Notification } from '../../src/environments/notifications.ts';
import { createHttp, type Http } from '../../src/http/http.ts';
import { eventId, type PromotionEvent } from '../../src/reports/notifications/event.ts';
import { Secrets } from '../../src/secrets/secrets.ts';
import { type Receiver, startReceiver } from '../servers/receiver.ts';

const EVENT: PromotionEvent = {
  kind: 'merged',
  isRollback: false,
  time: '2026-11-30T08:00:00.000Z',
  repository: 'https://forge.example/acme/gitops',
  environment: 'production',
  group: 'all',
  images: [{ image: 'api' }],
  reason: 'since hunter2hunter2 says so',
};
const HOOK: Notification = {
  to: 'webhook',
  url: 'env://HOOK',
  secret: 'env://KEY',
  events: ['merged'],
  environments: [],
  quiet: [],
};

describe('an event on its way', () => {
  let receiver: Receiver;
  let http: Http;
  let secrets: Secrets;
  beforeEach(async () => {
    receiver = await startReceiver();
    http = createHttp({ retry: { sleep: async () => undefined } });
    secrets = new Secrets(['hunter2hunter2']);
  });
  afterEach(async () => {
    await http.close();
    await receiver.close();
  });
  const tell = async (notification = HOOK, env: Readonly<Record<string, string>> = {}) => {
    const given = { HOOK: `${receiver.url}/services/T000/secret-path`, KEY: 'signing-key', ...env };
    await createDeliver({ env: given, secrets }, http)(notification, EVENT);
  };

  it('is signed, named by what it is, and holds no secret', async () => {
    await tell();
    const [{ path, headers, body } = expect.fail()] = receiver.received;
    expect(path).toBe('/services/T000/secret-path');
    const signature = createHmac('sha256', 'signing-key').update(body).digest('hex');
    expect(headers['x-promote-signature-256']).toBe(`sha256=${signature}`);
    expect(JSON.parse(body)).toMatchObject({ version: 1, kind: 'merged', reason: 'since *** says so' });
    expect(headers['x-promote-event-id']).toBe(JSON.parse(body).id);
    expect(secrets.redact('POST /services/T000/secret-path')).toBe('POST ***');
  });

  it('is sent again where the receiver was away, under the same name, and no more than three times', async () => {
    receiver.answers.push(503, 503);
    await tell();
    const names = receiver.received.map(({ headers }) => headers['x-promote-event-id']);
    expect([names.length, new Set(names).size]).toEqual([3, 1]);
    receiver.answers.push(503, 503, 503);
    await expect(tell()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(receiver.received).toHaveLength(6);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['whose variable is not set', { HOOK: '' }, 'HOOK is not set'],
    ['over plain HTTP', { HOOK: 'http://hooks.example/secret' }, 'holds no https address'],
    ['that is no address', { HOOK: 'secret' }, 'holds no https address'],
    ['whose key is not set', { KEY: '' }, 'KEY is not set'],
  ])('goes to no place %s', async (_, env, message) => {
    await expect(tell(HOOK, env)).rejects.toThrow(message);
    expect(receiver.received).toEqual([]);
  });

  it.each<[string, (receiver: Receiver) => void]>([
    ['never answers', ({ answers }) => answers.push(Number.NaN)],
    ['asks for an hour of patience', ({ answers }) => answers.push(503)],
  ])('ends soon where the receiver %s', async (_, make) => {
    make(receiver);
    const patient = createHttp({ retry: { tries: 9, sleep: (_, signal) => ended(signal) } });
    const given = { HOOK: `${receiver.url}/hook`, KEY: 'signing-key' };
    const telling = createDeliver({ env: given, secrets }, patient, 50)(HOOK, EVENT);
    await expect(telling).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/did not take it within 0\.05 seconds/),
    });
    expect(receiver.received.length).toBeLessThan(2);
    await patient.close();
  });

  it('says which host refused it, and not where there', async () => {
    receiver.answers.push(403);
    await expect(tell()).rejects.toThrow(/notify webhook: 127\.0\.0\.1:\d+ answered 403$/);
  });
});

/** A wait of which nobody sees the end, as of an hour. */
async function ended(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve()));
}

it('has one name, whenever and however often it is told', () => {
  const later = { ...EVENT, time: '2026-12-01T00:00:00.000Z' };
  expect(eventId(later)).toBe(eventId(EVENT));
  const failed = { ...EVENT, kind: 'failed' as const };
  expect(eventId({ ...failed, time: later.time })).not.toBe(eventId(failed));
  for (const other of [{ kind: 'closed' as const }, { group: 'api' }, { commit: 'a' }, { environment: 'qa' }])
    expect(eventId({ ...EVENT, ...other })).not.toBe(eventId(EVENT));
});
