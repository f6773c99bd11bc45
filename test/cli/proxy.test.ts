import { expect, it } from 'vitest';
import { proxySettings } from '../../src/cli/proxy.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';

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
