import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../../src/http/fetch.ts';
import { listen, portOf } from '../servers/registry.ts';
import { client, get, serve, text } from './server.ts';

describe('bounds', () => {
  it('does not read more than the limit', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1001)));
    const { http } = client();
    await expect(http.send(get(url, { limit: 1000 }))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(text(await http.send(get(url, { limit: 1001 })))).toHaveLength(1001);
  });

  it('reads the start of an error, however long it is', async () => {
    const url = await serve((_, response) => response.writeHead(500).end('x'.repeat(1_000_000)));
    expect(text(await client().http.send(get(url, { limit: 10 })))).toHaveLength(65_536);
  });

  it('does not wait for ever for an answer', async () => {
    const url = await serve(() => undefined);
    const { http } = client({ patience: { headers: 100 }, retry: { tries: 2 } });
    await expect(http.send(get(url))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('does not wait for ever for the rest of a stream', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('start');
    });
    const answer = await client({ patience: { body: 100 } }).http.stream(get(url));
    const read = async () => {
      if (answer.kind === 'stream') for await (const _ of answer.body);
    };
    await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('the queue of a host', () => {
  it('lets no more than the bound run at a time', async () => {
    let [running, most] = [0, 0];
    const url = await serve(async (_, response) => {
      running += 1;
      most = Math.max(most, running);
      await setTimeout(20);
      running -= 1;
      response.end();
    });
    const { http } = client({ concurrency: 2 });
    await Promise.all(Array.from({ length: 8 }, () => http.send(get(url))));
    expect(most).toBe(2);
  });

  it('is not blocked by streams that are held open', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/stream') response.writeHead(200).write('start');
      else response.end('answer');
    });
    const { http } = client({ concurrency: 1 });
    const held = await http.stream(get(new URL('stream', url)));
    expect(held.kind).toBe('stream');
    expect(text(await http.send(get(url)))).toBe('answer');
  });
});

describe('proxies', () => {
  it('carry what is not excepted', async () => {
    const asked: string[] = [];
    const proxy = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end('through the proxy');
    });
    const direct = await serve((_, response) => response.end('direct'));
    const { http } = client({ proxy: { http: proxy.host } });
    expect(text(await http.send(get(new URL('http://registry.invalid/v2/'))))).toBe('through the proxy');
    expect(text(await http.send(get(direct)))).toBe('direct');
    expect(asked).toEqual(['http://registry.invalid/v2/']);
  });

  it('are tunnelled through for HTTPS', async () => {
    const proxy = createServer();
    await listen(proxy);
    onTestFinished(() => void proxy.close());
    const connected = once(proxy, 'connect');
    const { http } = client({
      proxy: { https: `http://127.0.0.1:${portOf(proxy)}`, except: 'other.invalid' },
      retry: { tries: 1 },
    });
    const failing = expect(http.send(get(new URL('https://registry.invalid/')))).rejects.toThrow();
    const [request, socket] = await connected;
    expect(request.url).toBe('registry.invalid:443');
    socket.destroy();
    await failing;
  });
});

it('reports every request that was answered', async () => {
  let count = 0;
  const url = await serve((_, response) => {
    count += 1;
    response.writeHead(count === 1 ? 503 : 200).end();
  });
  const seen: unknown[] = [];
  const { http } = client({
    onRequest: (method, { pathname }, status) => seen.push([method, pathname, status]),
  });
  await http.send(get(new URL('page', url)));
  expect(seen).toEqual([
    ['GET', '/page', 503],
    ['GET', '/page', 200],
  ]);
});

it('says once of a host that it has not answered yet, for how long it is waited for and which try it is', async () => {
  const url = await serve(async (_, response) => {
    await setTimeout(300);
    response.end();
  });
  const told: unknown[] = [];
  const { http } = client({
    patience: { told: 20, headers: 5000 },
    onSlow: ({ operation }, wait) => told.push([operation, wait]),
  });
  await Promise.all([http.send(get(url)), http.send(get(url))]);
  const once = ['read the page', { tried: 1, most: 3, has: 'nothing', seconds: 5 }];
  expect(told).toEqual([once]);
  await http.send(get(url));
  expect(told).toEqual([once, once]);
});

it('gives up an answer that never ends, however often a byte of it comes', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const { http } = client({ patience: { headers: 200 }, retry: { tries: 2 } });
  await expect(http.send(get(url))).rejects.toThrow(/: no whole answer in 0\.2 s \(tried 2 times\)$/);
});

it('gives up an answer that begins and never goes on, and says so before', async () => {
  const url = await serve((_, response) => response.writeHead(200).write('{'));
  const told: unknown[] = [];
  const { http } = client({
    patience: { headers: 200, told: 20 },
    onSlow: (_, wait) => told.push(wait),
  });
  await expect(http.send(get(url))).rejects.toThrow(/in 0\.2 s \(tried 3 times\)$/);
  const slow = { most: 3, has: 'a part', seconds: 1 };
  expect(told).toEqual([1, 2, 3].map(tried => ({ tried, ...slow })));
});

it('gives an answer that comes steadily as long as it needs', async () => {
  const url = await serve(async (_, response) => {
    for (let count = 0; count < 8; count += 1) {
      response.write('.'.repeat(10_000));
      await setTimeout(50);
    }
    response.end();
  });
  const { http } = client({ patience: { headers: 250 } });
  expect((await http.send(get(url))).bytes).toHaveLength(80_000);
});

it('does not hand an answer that breaks off to a library', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('[]', () => response.destroy());
  });
  const { http } = client();
  const fetch = createFetch(http, 'ask', { whole: () => 100 });
  await expect(fetch(url.href)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const streaming = createFetch(http, 'ask');
  expect((await streaming(url.href)).status).toBe(200);
});
