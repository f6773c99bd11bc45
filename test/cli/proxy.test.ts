import { expect, it, onTestFinished } from 'vitest';
import { proxySettings } from '../../src/cli/proxy.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import { createHttp } from '../../src/http/http.ts';
import { startProxy } from '../servers/proxy.ts';

it.each([
  ['http://user:pass@proxy.example:3128', 'http://user:pass@proxy.example:3128'],
  ['proxy.example:3128', 'proxy.example:3128'],
  ['https://proxy.example/', 'https://proxy.example/'],
  [' ', undefined],
])('takes %j for a proxy that can be used', async (text, expected) => {
  const proxy = proxySettings({ env: { HTTPS_PROXY: text } });
  expect(proxy.https).toBe(expected);
  await createDispatcher(proxy).destroy();
});

it.each([
  'http://',
  ':3128',
  'socks5://proxy.example:1080',
  'http://proxy.example:port',
  'http://proxy.example/path',
  'http://proxy.example/?a=b',
  'file:///etc/passwd',
])('says that %j is none, without the login that it may hold', text => {
  for (const name of ['HTTPS_PROXY', 'http_proxy']) {
    expect(() => proxySettings({ env: { [name]: text } })).toThrow(
      expect.objectContaining({
        code: 'CONFIGURATION',
        message: expect.stringMatching(/^HTTPS?_PROXY is no address/),
      }),
    );
  }
});

it("never asks a cloud's metadata service through the proxy", async () => {
  const proxy = await startProxy('elsewhere.test');
  onTestFinished(() => proxy.close());
  const http = createHttp({ proxy: { http: proxy.url }, retry: { sleep: async () => undefined } });
  onTestFinished(() => http.close());
  for (const host of ['169.254.169.254', 'metadata.google.internal', 'elsewhere.test']) {
    const url = new URL(`http://${host}/`);
    const signal = AbortSignal.timeout(300);
    await http.send({ operation: 'ask', method: 'GET', url, tries: 1, signal }).catch(() => undefined);
  }
  expect(new Set(proxy.hosts())).toEqual(new Set(['elsewhere.test']));
});
