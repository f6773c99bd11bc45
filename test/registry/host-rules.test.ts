import { describe, expect, it, onTestFinished } from 'vitest';
import { loadHosts } from '../../src/cli/hosts.ts';
import { pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { guardRealm, guardUpload, type HostRule, registryUrl } from '../../src/registry/auth/host-rules.ts';
import { get, serve } from '../http/server.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { sample } from './store-contract.ts';

const BASE = new URL('https://registry.example/');
const rule = (part: Partial<HostRule>): HostRule => ({ uploads: [], mirrors: [], ...part });

describe("a host's rules", () => {
  it('send credentials to the token services that are listed, and to no other', () => {
    const listed = rule({ realms: [new URL('https://10.0.0.7/token')] });
    const guard = (text: string, given?: HostRule) => () => guardRealm(new URL(text), BASE, 'pull', given);
    expect(guard('https://10.0.0.7/token')).toThrow(/private/);
    expect(guard('https://10.0.0.7/token', listed)).not.toThrow();
    expect(guard('https://10.0.0.7/other', listed)).toThrow(/realms/);
    expect(guard('https://auth.example/token', listed)).toThrow(/realms/);
    expect(guard('https://auth.example/token')).not.toThrow();
    expect(guard('http://10.0.0.7/token', rule({ realms: [new URL('http://10.0.0.7/token')] }))).toThrow(
      /HTTPS/,
    );
  });

  it('send blobs to a private address where it is listed', () => {
    const guard = (given?: HostRule) => () =>
      guardUpload(new URL('https://10.0.0.8/up'), BASE, 'push', given);
    expect(guard()).toThrow(/private/);
    expect(guard(rule({ uploads: [new URL('https://10.0.0.8/')] }))).not.toThrow();
  });

  it('decide between HTTPS and plain HTTP, by host alone', () => {
    expect(registryUrl('127.0.0.1:5000', undefined).protocol).toBe('http:');
    expect(registryUrl('127.0.0.1:5000', { insecure: false }).protocol).toBe('https:');
    expect(registryUrl('registry.example', { insecure: true }).href).toBe('http://registry.example/');
    expect(registryUrl('docker.io', undefined).host).toBe('registry-1.docker.io');
  });

  it('bound the requests under way at a time', async () => {
    let [now, most] = [0, 0];
    const url = await serve(async (_, response) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(resolve => setTimeout(resolve, 5));
      now -= 1;
      response.end('ok');
    });
    const hosts = await loadHosts({ env: {} }, [{ name: url.host, uploads: [], mirrors: [], requests: 12 }]);
    const http = createHttp({ hosts: hosts?.connections });
    onTestFinished(() => http.close());
    await Promise.all(Array.from({ length: 40 }, () => http.send(get(url))));
    expect(most).toBe(12);
  });

  it('let a blob be read from a private address where it is listed', async () => {
    const registry = await registryFor();
    await pushImage(storesAt(registry.host)('a'), sample('elsewhere'), '1.0');
    const moved = await serve((request, response) =>
      response.writeHead(307, { location: `http://127.0.0.2:1${request.url}` }).end(),
    );
    const hosts = (
      await loadHosts({ env: {} }, [{ name: moved.host, uploads: ['http://127.0.0.2:1'], mirrors: [] }])
    )?.connections;
    const reading = (given: typeof hosts) => {
      const http = createHttp({ hosts: given, retry: { tries: 1 } });
      onTestFinished(() => http.close());
      return http.send(get(new URL('v2/a/blobs/x', moved))).catch(String);
    };
    expect(await reading(undefined)).toContain('a private address');
    expect(await reading(hosts)).toContain('connection refused');
  });
});

describe('--insecure', () => {
  it('reaches that host by plain HTTP, and no other', async () => {
    const hosts = await loadHosts({ env: {}, insecure: ['Registry.example:5000'] });
    expect(hosts?.rules.get('registry.example:5000')).toMatchObject({ insecure: true });
    expect([...(hosts?.rules.keys() ?? [])]).toEqual(['registry.example:5000']);
    expect(await loadHosts({ env: {} })).toBeUndefined();
  });

  it.each(['*', '*.example', 'https://registry.example', 'registry.example/team', ''])(
    'refuses %j',
    async name => {
      await expect(loadHosts({ env: {}, insecure: [name] })).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});
