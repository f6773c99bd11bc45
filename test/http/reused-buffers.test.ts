import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Http } from '../../src/http/http.ts';
import { client, get, serve } from './server.ts';

const BYTES = randomBytes(16 * 1024 * 1024);
const hash = (bytes: Uint8Array | readonly Uint8Array[]) =>
  [bytes]
    .flat()
    .reduce((sum, chunk) => sum.update(chunk), createHash('sha256'))
    .digest('hex');

it('reads a large stream into few buffers while it is sent on, and sends the same bytes', async () => {
  const { http } = client();
  const { seen, sent } = await passOn(http, await source());
  expect(sent).toBe(hash(BYTES));
  expect(seen.size).toBeLessThan(20);
});

it('leaves a reader its chunks while other streams are sent on', async () => {
  const { http } = client();
  const url = await source();
  const kept: Uint8Array[] = [];
  const answer = await http.stream(get(url));
  if (answer.kind !== 'stream') throw new Error(`status ${answer.status}`);
  for await (const chunk of answer.body) kept.push(chunk);
  await Promise.all([passOn(http, url), passOn(http, url)]);
  expect(hash(kept)).toBe(hash(BYTES));
});

const source = () => serve((_, response) => response.end(BYTES));

/** Uploads what the URL answers; the memory that its chunks were in, and the hash of what arrived. */
async function passOn(http: Http, url: URL) {
  let sent = '';
  const target = await serve(async (request, response) => {
    const sum = createHash('sha256');
    request.on('data', chunk => sum.update(chunk));
    await once(request, 'end');
    sent = sum.digest('hex');
    response.end();
  });
  const answer = await http.stream(get(url));
  if (answer.kind !== 'stream') throw new Error(`status ${answer.status}`);
  const seen = new Set<ArrayBufferLike>();
  async function* body(stream: AsyncIterable<Uint8Array>) {
    for await (const chunk of stream) {
      seen.add(chunk.buffer);
      yield chunk;
    }
  }
  const headers = { 'content-length': String(BYTES.length) };
  await http.send({ operation: 'pass on', method: 'PUT', url: target, headers, body: body(answer.body) });
  return { seen, sent };
}
