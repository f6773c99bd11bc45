import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { askedDelay, retryDelay, type Wait } from '../../src/http/retry.ts';
import { listen, portOf } from '../servers/registry.ts';
import { client, get, serve, text } from './server.ts';

describe('retryDelay', () => {
  it.each([
    [1, 0, 100],
    [2, 0, 400],
    [4, 0, 6400],
    [9, 0, 30_000],
    [2, 0.5, 300],
  ])('after %i tries with chance %d waits %i ms', (tried, random, expected) => {
    expect(retryDelay(tried, random)).toBe(expected);
  });
});

describe('askedDelay', () => {
  const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:05 GMT', date }, 5000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT', date }, 0],
    [{ 'retry-after': 'soon', date }, undefined],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '1795262447', date }, 47_000],
    [{ 'ratelimit-remaining': '9', 'ratelimit-reset': '1795262447', date }, undefined],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '1795262447', 'retry-after': '2', date }, 2000],
    [{}, undefined],
  ])('reads %j as %s ms', (headers, expected) => {
    expect(askedDelay(headers)).toBe(expected);
  });
});

describe('retries', () => {
  it.each([429, 500, 502, 503, 504])('waits as long as a %i asks, then has the answer', async status => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(count === 1 ? status : 200, { 'retry-after': '7' }).end(`answer ${count}`);
    });
    const { http, waits } = client();
    expect(text(await http.send(get(url)))).toBe('answer 2');
    expect(waits).toEqual([7000]);
  });

  it('are reported before each wait of more than two seconds, with why and which try comes next', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      const after = ['2', '6', undefined][count - 1];
      response
        .writeHead(after === undefined ? 200 : 429, after === undefined ? {} : { 'retry-after': after })
        .end();
    });
    const named: Wait[] = [];
    const { http, waits } = client({ onWait: (_request, wait) => named.push(wait) });
    await http.send(get(url));
    expect(waits).toEqual([2000, 6000]);
    expect(named).toEqual([{ seconds: 6, reason: 'it limits how often it is asked', next: 3, most: 6 }]);
  });

  it('are reported where the try before took more than two seconds, however short the wait is', async () => {
    let count = 0;
    let time = 0;
    const url = await serve((_, response) => {
      count += 1;
      time += count === 1 ? 25_000 : 0;
      response.writeHead(count < 3 ? 503 : 200).end();
    });
    const named: Wait[] = [];
    const { http } = client({ onWait: (_request, wait) => named.push(wait), retry: { now: () => time } });
    await http.send(get(url));
    expect(named).toEqual([{ seconds: 1, reason: 'status 503', next: 2, most: 6 }]);
  });

  it('are three where a server does not answer, and the failure says so', async () => {
    let count = 0;
    const url = await serve(() => {
      count += 1;
    });
    const { http, waits } = client({ patience: { headers: 100 } });
    await expect(http.send(get(url))).rejects.toThrow(/: no answer in 0\.1 s \(tried 3 times\)$/);
    expect([count, waits]).toEqual([3, [100, 400]]);
  });

  it.each([
    ['stays busy', 503, [100, 400, 1600]],
    ['fails itself', 500, [100, 400]],
  ])('hands back the answer of a server that %s', async (_, status, expected) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    const { http, waits } = client({ retry: { tries: 4 } });
    expect((await http.send(get(url))).status).toBe(status);
    expect(waits).toEqual(expected);
  });

  it('does not wait for hours because a server asks for it', async () => {
    const url = await serve((_, response) => response.writeHead(429, { 'retry-after': '86400' }).end());
    const { http, waits } = client();
    expect((await http.send(get(url))).status).toBe(429);
    expect(waits).toEqual([]);
  });

  it('sends a POST once where it may have been carried out, again where it was turned away', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(request.url === '/busy' ? 429 : 503).end();
    });
    const { http } = client({ retry: { tries: 3 } });
    await http.send(get(new URL('failing', url), { method: 'POST', body: '{}' }));
    await http.send(get(new URL('busy', url), { method: 'POST', body: '{}' }));
    expect(seen).toEqual(['/failing', '/busy', '/busy', '/busy']);
  });

  it('reads again what broke off in the middle', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      response.writeHead(200, { 'content-length': '8' });
      if (count === 1) response.write('half', () => request.socket.destroy());
      else response.end('complete');
    });
    const { http } = client();
    expect(text(await http.send(get(url)))).toBe('complete');
  });

  it('names what is wrong with TLS, and does not try again', async () => {
    const plain = await serve((_, response) => response.end('ok'));
    const { http, waits } = client();
    const failure = await http.send(get(new URL(plain.href.replace('http:', 'https:')))).catch(String);
    expect(failure).toContain('it does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)');
    expect(waits).toEqual([]);
  });

  it('says who does not answer, and what to check', async () => {
    const server = createServer();
    await listen(server);
    const url = new URL(`http://127.0.0.1:${portOf(server)}/v2/?token=secret`);
    await new Promise(resolve => server.close(resolve));
    const { http, waits } = client();
    const failure = await http.send(get(url)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNREACHABLE', hint: expect.stringContaining('HTTPS_PROXY') });
    expect(String(failure)).toContain(`read the page: GET ${url.origin}/v2/?token=…: connection refused`);
    expect(waits).toHaveLength(2);
  });

  it('stops waiting when the run is cancelled', async () => {
    const url = await serve((_, response) => response.writeHead(503, { 'retry-after': '60' }).end());
    const controller = new AbortController();
    const { http } = client({ retry: { sleep: async () => controller.abort() } });
    const request = get(url, { signal: controller.signal });
    await expect(http.send(request)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('gives up a request under way when the run is cancelled', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    const request = get(url, { signal: controller.signal });
    await expect(client().http.send(request)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('asks a host that it has given up nothing more for a minute', async () => {
  let now = 0;
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    response.destroy();
  });
  const { http } = client({ retry: { tries: 2, now: () => now } });
  await expect(http.send(get(url))).rejects.toThrow('tried 2 times');
  const next = get(url, { operation: 'write', method: 'PUT' });
  await expect(http.send(next)).rejects.toThrow(
    `write: PUT ${url.href}: not asked: ${url.host} did not answer before (connection closed)`,
  );
  expect(asked).toBe(2);
  now = 60_000;
  await expect(http.send(next)).rejects.toThrow('tried 2 times');
  expect(asked).toBe(4);
});

it('asks a host again that once did not answer what is sent once', async () => {
  let asked = 0;
  const url = await serve((_, response) => (asked++ === 0 ? response.destroy() : response.end()));
  const { http } = client();
  await expect(http.send(get(url, { method: 'POST' }))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect((await http.send(get(url))).status).toBe(200);
});
