import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { loadHosts } from '../../src/cli/hosts.ts';
import { readFromDisk } from '../../src/cli/read-named.ts';
import type { Host } from '../../src/environments/environments.ts';
import { createHttp } from '../../src/http/http.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { type Certificates, createCertificates } from '../servers/certificates.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { startProxy } from '../servers/proxy.ts';
import { describeWith } from '../servers/tools.ts';
import { registryFor } from './remote-place.ts';

describeWith(['docker-registry', 'openssl'], "a registry with an authority of one's own", () => {
  let files: Certificates;
  let secured: DockerRegistry;
  let closed: DockerRegistry;
  beforeAll(async () => {
    files = await createCertificates();
    secured = await startDockerRegistry({ tls: files.server });
    closed = await startDockerRegistry({ tls: { ...files.server, clients: files.authority } });
  });
  afterAll(async () => {
    await Promise.all([secured.stop(), closed.stop()]);
    await files.close();
  });

  it('is reached by HTTPS on loopback, where the authority is named', async () => {
    expect(await asking(secured.host, { ca: files.authority, insecure: false })).toEqual({ waits: 0 });
  });

  it('is reached with a client certificate where one is wanted', async () => {
    const given = { ca: files.authority, insecure: false, ...files.client };
    expect(await asking(closed.host, given)).toEqual({ waits: 0 });
  });

  it('is reached so through a proxy, too', async () => {
    const name = `elsewhere.test:${closed.host.split(':')[1]}`;
    const proxy = await startProxy('elsewhere.test');
    onTestFinished(() => proxy.close());
    const asked = await asking(name, { ca: files.authority, ...files.client }, proxy.url);
    // The tunnel ends at the right registry, whose certificate is for another name.
    expect(asked.error).toMatchObject({
      message: expect.stringContaining('certificate is for another host'),
    });
  });

  it.each([
    [
      'an authority that nobody knows',
      () => asking(secured.host, { insecure: false }),
      'is not trusted',
      'NODE_EXTRA',
    ],
    [
      'a missing client certificate',
      () => asking(closed.host, { ca: files.authority, insecure: false }),
      'requires a client certificate',
      'hosts',
    ],
    ['plain HTTP for a port of TLS', () => asking(secured.host, {}), 'speaks TLS', 'insecure: false'],
    [
      'TLS for a port of plain HTTP',
      async () => asking((await registryFor()).host, { insecure: false }),
      'does not speak TLS',
      '--insecure',
    ],
  ])('names %s at once', async (_, ask, message, hint) => {
    const { waits, error } = await ask();
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(waits).toBe(0);
  });

  it('refuses files that are no certificates, and a key of another one, before anything is asked', async () => {
    const { authority, client, server } = files;
    for (const host of [
      { ca: client.key },
      { certificate: client.certificate, key: server.key },
      { ca: authority, certificate: client.key, key: client.key },
    ]) {
      const loading = loadHosts(
        { env: {} },
        [{ name: 'a.io', uploads: [], mirrors: [], ...host }],
        readFromDisk('/'),
      );
      await expect(loading).rejects.toMatchObject({
        code: 'KEY',
        message: expect.stringContaining('hosts.a.io'),
      });
    }
  });
});

/** Looks a tag up; says how often was waited for another try, and what failed. */
async function asking(name: string, host: Partial<Host>, proxy?: string) {
  const hosts = await loadHosts(
    { env: {} },
    [{ name, uploads: [], mirrors: [], ...host }],
    readFromDisk('/'),
  );
  let waits = 0;
  const sleep = async () => {
    waits += 1;
  };
  const http = createHttp({ hosts: hosts?.connections, retry: { sleep }, proxy: { https: proxy } });
  onTestFinished(() => http.close());
  const open = openRemote({ http, hosts: hosts?.rules, credentials: async () => undefined });
  const error: unknown = await open(parseRepositoryName(`${name}/team/api`))
    .head('1.0')
    .then(
      () => undefined,
      reason => reason,
    );
  return error === undefined ? { waits } : { waits, error };
}
