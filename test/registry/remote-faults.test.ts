import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { createHttp } from '../../src/http/http.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MANIFEST_LIMIT } from '../../src/oci/manifest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { type Fault, listen, portOf } from '../servers/registry.ts';
import { registryFor, steps, storesAt } from './remote-place.ts';
import { blobOf, chunked, collect, sample } from './store-contract.ts';

describe('a registry that damages what it holds', () => {
  it.each(['manifests', 'blobs'])('has none of its %s accepted', async kind => {
    const registry = await registryFor({
      faults: ({ method, path }) => (method === 'GET' && path.includes(`/${kind}/`) ? 'corrupt' : undefined),
    });
    const store = storesAt(registry.host)('a');
    const image = sample('damaged');
    await pushImage(store, image, '1.0');
    const [blob] = image.blobs;
    const reading =
      kind === 'blobs' && blob ? store.blob(blob.descriptor).then(collect) : store.manifest('1.0');
    await expect(reading).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    const { digest } = image.index.descriptor;
    if (kind === 'manifests') {
      await expect(store.manifest(digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    }
  });

  it.each(['manifests', 'blobs'])('has its %s read once more, by another connection', async kind => {
    let bad: number | undefined;
    const registry = await registryFor({
      faults: ({ method, path, connection }) => {
        if (method !== 'GET' || !path.includes(`/${kind}/`)) return undefined;
        bad ??= connection;
        return connection === bad ? 'corrupt' : undefined;
      },
    });
    const open = storesAt(registry.host);
    const image = sample('damaged once');
    await pushImage(open('a'), image, '1.0');
    const [source, target] = [open('a'), storesAt((await registryFor()).host)('b')];
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'none' });
    expect(await target.head('1.0')).toEqual(image.index.descriptor);
  });

  it('does not pass off another manifest for the digest asked for', async () => {
    const digest = digestOf('another');
    const registry = await registryFor({
      faults: () => ({ status: 200, headers: { 'docker-content-digest': digest, 'content-type': 'a/b' } }),
    });
    const reading = storesAt(registry.host)('a').head(digestOf('this'));
    await expect(reading).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is not read beyond the bound of a manifest', async () => {
    const body = ' '.repeat(MANIFEST_LIMIT + 1);
    const registry = await registryFor({ faults: () => ({ status: 200, body }) });
    await expect(storesAt(registry.host)('a').manifest('1.0')).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('is asked for the manifest where it does not name a digest', async () => {
    const registry = await registryFor({
      faults: ({ method }) => (method === 'HEAD' ? { status: 200 } : undefined),
    });
    const store = storesAt(registry.host)('a');
    const image = sample('nameless');
    await pushImage(store, image, '1.0');
    expect((await store.head('1.0'))?.digest).toBe(image.index.descriptor.digest);
  });
});

describe('an upload', () => {
  const bytes = randomBytes(500_000);

  it.each([
    ['a broken connection', 'reset' as const],
    ['a server in trouble', { status: 503 }],
    ['a session that is gone', { status: 404 }],
    ['a session that has other bytes', { status: 416 }],
    ['a session that got others', { status: 400, body: refusal('DIGEST_INVALID') }],
    ['a session that is no more', { status: 400, body: refusal('BLOB_UPLOAD_UNKNOWN') }],
  ])('survives %s in a new session, with the source opened again', async (_, fault) => {
    let count = 0;
    const registry = await registryFor({
      faults: ({ method }) => (method === 'PUT' && ++count <= 2 ? fault : undefined),
    });
    const store = storesAt(registry.host)('a');
    expect(await store.putBlob(blobOf(bytes), chunked(bytes))).toBe('copied');
    expect(steps(registry.requests()).filter(step => step === 'POST 202')).toHaveLength(3);
    expect(Buffer.concat(await collect(await store.blob(blobOf(bytes))))).toEqual(bytes);
  });

  it('is not tried again where the registry refuses what is sent', async () => {
    const registry = await registryFor({
      faults: ({ method }) => (method === 'PUT' ? { status: 400, body: refusal('DENIED') } : undefined),
    });
    const putting = storesAt(registry.host)('a').putBlob(blobOf(bytes), chunked(bytes));
    await expect(putting).rejects.toMatchObject({ code: 'REGISTRY', status: 400 });
    expect(steps(registry.requests()).filter(step => step === 'POST 202')).toHaveLength(1);
  });

  it('survives a source that breaks off', async () => {
    let count = 0;
    const source = await registryFor({
      faults: ({ method }) => (method === 'GET' && ++count === 1 ? 'reset-body' : undefined),
    });
    const from = storesAt(source.host)('a');
    await from.putBlob(blobOf(bytes), chunked(bytes));
    const to = storesAt((await registryFor()).host)('a');
    const copied = await to.putBlob(blobOf(bytes), {
      repository: from.name,
      open: () => from.blob(blobOf(bytes)),
    });
    expect(copied).toBe('copied');
  });

  it('survives a registry that mixes two writers of one tag up', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DIGEST_INVALID', message: 'did not match' }] });
    let count = 0;
    const registry = await registryFor({
      faults: ({ method, path }) =>
        method === 'PUT' && path.endsWith('/1.0') && ++count < 3 ? { status: 400, body } : undefined,
    });
    const store = storesAt(registry.host)('a');
    const image = sample('raced');
    await pushImage(store, image, '1.0');
    expect((await store.head('1.0'))?.digest).toBe(image.index.descriptor.digest);
  });

  it('carries no authorization to another host, and goes to no private one', async () => {
    const seen: (string | undefined)[] = [];
    const storage = createServer((request, response) => {
      seen.push(request.headers.authorization);
      request.resume().on('end', () => response.writeHead(201).end());
    });
    await listen(storage);
    onTestFinished(() => void storage.close());
    const answers = [`http://127.0.0.1:${portOf(storage)}/up?a=1`, 'http://10.0.0.1/up'];
    const registry = await registryFor({
      auth: { kind: 'basic' },
      faults: ({ method, authorization }) =>
        method === 'POST' && authorization
          ? { status: 202, headers: { location: answers.shift() ?? '' } }
          : undefined,
    });
    const store = storesAt(registry.host, {
      credentials: async () => ({ kind: 'basic', username: 'user', password: 'secret' }),
    })('a');
    expect(await store.putBlob(blobOf(bytes), chunked(bytes))).toBe('copied');
    expect(seen).toEqual([undefined]);
    const writing = store.putBlob(blobOf(bytes), chunked(bytes));
    await expect(writing).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('a registry that refuses', () => {
  it.each([
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [418, 'REGISTRY'],
    [500, 'REGISTRY'],
  ])('with %i is reported as %s, in its words without their control characters', async (status, code) => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no\u001b[31m\n::error::' }] });
    const registry = await registryFor({ faults: () => ({ status, body }) });
    const store = storesAt(registry.host)('a');
    const failure = await store.putManifest(sample('refused').index).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, status, method: 'PUT', errors: [{ code: 'DENIED' }] });
    expect(String(failure)).toContain('DENIED: no [31m ::error::');
  });
});

describe('what answers for a registry', () => {
  it.each<[string, Fault, object]>([
    [
      'a web page',
      { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<h1>Log in</h1>' },
      { code: 'REGISTRY', message: expect.stringMatching(/^pull 127\.0\.0\.1:\d+\/a:1\.0: .* a web page/) },
    ],
    [
      'text that is no manifest',
      { status: 200, headers: { 'content-type': 'text/plain' }, body: 'welcome' },
      { code: 'INVALID', message: expect.stringMatching(/^pull 127\.0\.0\.1:\d+\/a:1\.0: not JSON/) },
    ],
    [
      'an image of schema 1',
      {
        status: 200,
        headers: {
          'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
          'docker-content-digest': digestOf('the payload alone'),
        },
        body: '{"schemaVersion":1,"signatures":[]}',
      },
      { code: 'UNSUPPORTED', message: expect.stringMatching(/^pull 127\.0\.0\.1:\d+\/a:1\.0: .*schema 1/) },
    ],
  ])('is named where it is %s, with host and reference', async (_, fault, error) => {
    const registry = await registryFor({ faults: () => fault });
    await expect(storesAt(registry.host)('a').manifest('1.0')).rejects.toMatchObject(error);
  });

  it.each([
    [undefined, 'without a login'],
    [{ kind: 'basic', username: 'robot$ci', password: 'wrong' } as const, 'as robot$ci'],
  ])('is told as whom it was asked, with %j', async (credential, text) => {
    for (const kind of ['basic', 'bearer'] as const) {
      const registry = await registryFor({ auth: { kind } });
      const store = storesAt(registry.host, { credentials: async () => credential })('a');
      const failure = await store.putManifest(sample('mine').index).catch(String);
      expect(failure).toContain(`(${text})`);
      expect(failure).not.toContain('wrong');
    }
  });
});

it('asks the others as soon as the first request of a registry is tried again', async () => {
  const isFirst = ({ path }: { readonly path: string }) => path.includes('/busy/');
  const registry = await registryFor({ faults: request => (isFirst(request) ? { status: 503 } : undefined) });
  const { promise: others, resolve } = Promise.withResolvers<void>();
  // The busy repository is not asked again before the others have their answers.
  const http = createHttp({ retry: { sleep: async () => await others } });
  onTestFinished(() => http.close());
  const store = storesAt(registry.host, { http });
  const busy = store('busy')
    .head('1.0')
    .catch((error: unknown) => error);
  expect(await Promise.all([store('a').head('1.0'), store('b').head('1.0')])).toEqual([undefined, undefined]);
  resolve();
  expect(await busy).toMatchObject({ code: 'REGISTRY' });
});

it('asks the others where the first request of a registry gets no answer', async () => {
  const { promise: never, resolve } = Promise.withResolvers<void>();
  const registry = await registryFor({ hold: ({ path }) => (path.includes('/silent/') ? never : undefined) });
  const store = storesAt(registry.host, { patience: 1 });
  const silent = store('silent').head('1.0');
  expect(await store('a').head('1.0')).toBeUndefined();
  resolve();
  expect(await silent).toBeUndefined();
});

function refusal(code: string): string {
  return JSON.stringify({ errors: [{ code, message: 'no' }] });
}
