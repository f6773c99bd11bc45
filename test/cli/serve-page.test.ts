import { request } from 'node:http';
import { expect, it } from 'vitest';
import { servePage } from '../../src/cli/board/serve.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

it('serves its files to this machine alone, by its own name alone, until it is ended', async () => {
  const ended = new AbortController();
  const said = Promise.withResolvers<string>();
  const stderr = { write: (text: string) => said.resolve(text) };
  const files = new Map([
    ['index.html', '<p>board</p>'],
    ['board.js', 'let a'],
  ]);
  const serving = servePage({ signal: ended.signal, stderr }, files);
  const [, address = ''] = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(await said.promise) ?? [];
  const ask = (path: string, headers = {}, method = 'GET') => get(address + path, headers, method);

  expect(await ask('/')).toMatchObject({
    status: 200,
    body: '<p>board</p>',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
  expect(await ask('/board.js?0123')).toMatchObject({ status: 200, body: 'let a' });
  // What a page of another site sends, once its name leads to this machine.
  expect(await ask('/', { host: 'evil.example' })).toMatchObject({ status: 404 });
  expect(await ask('/../package.json')).toMatchObject({ status: 404 });
  // What is no address ends nothing: any page of this machine's browser may ask for it.
  for (const path of ['//', '//[', '/%', '*'])
    expect(await get(address, {}, 'GET', path)).toMatchObject({ status: 404 });
  expect(await ask('/', {}, 'POST')).toMatchObject({ status: 404 });
  ended.abort();
  await serving;
  await expect(ask('/')).rejects.toThrow();
});

it('says which port is taken', async () => {
  const ended = new AbortController();
  const said = Promise.withResolvers<string>();
  const io = { signal: ended.signal, stderr: { write: (text: string) => said.resolve(text) } };
  const serving = servePage(io, new Map());
  const port = Number(/:(\d+)\//.exec(await said.promise)?.[1]);
  await expect(servePage(io, new Map(), port)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`--serve ${port}`),
  });
  ended.abort();
  await serving;
});

function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  method: string,
  path = url.replace(/^http:\/\/[^/]*/, '') || '/',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, path }, response => {
      let body = '';
      response.on('data', (bytes: Buffer) => {
        body += bytes.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}
