import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import type { HostRules } from '../../src/registry/auth/host-rules.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { createMirrors } from '../../src/registry/remote/mirrors.ts';
import type { Store } from '../../src/registry/store.ts';
import type { RegistryOptions } from '../servers/registry.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { blobOf, chunked, pushEmpty, sample } from './store-contract.ts';

const IMAGE = sample('mirrored');
const { digest } = IMAGE.index.descriptor;

describe('a mirror', () => {
  it('is read for digests alone; tags, lists and checks are the origin’s', async () => {
    const { origin, mirror, store, mirrorStore, target } = await place();
    for (const each of [store, mirrorStore]) await pushImage(each, IMAGE, '1.0');
    origin.requests();
    mirror.requests();
    await copyImage({ source: store, target, from: digest, tag: '1.0', evidence: 'all' });
    const isDigest = (path: string) => /\/(?:manifests|blobs)\/sha256:/.test(path);
    expect(origin.requests().filter(({ path }) => isDigest(path))).toEqual([]);
    const mirrored = mirror.requests();
    expect(mirrored.filter(({ path }) => !isDigest(path))).toEqual([]);
    expect(mirrored.every(({ path, method }) => path.startsWith('/v2/cache/') && method === 'GET')).toBe(
      true,
    );
    expect(await store.mirrored?.manifest('1.0')).toBeDefined();
    await store.head('1.0');
    await checkClosure(store, digest);
    expect(mirror.requests()).toEqual([]);
  });

  it('that lacks a part has the origin behind it, and is asked for the others', async () => {
    const { mirror, store, mirrorStore, target, lost } = await place();
    await pushImage(store, IMAGE, '1.0');
    const [blob] = IMAGE.blobs;
    if (blob === undefined) throw new Error('no blob');
    await mirrorStore.putBlob(blob.descriptor, chunked(blob.bytes));
    mirror.requests();
    await copyImage({ source: store, target, from: digest, tag: '1.0', evidence: 'none' });
    expect((await checkClosure(target, digest)).lacks).toEqual([]);
    expect(mirror.requests().some(({ status }) => status === 200)).toBe(true);
    expect(lost).toEqual([]);
  });

  it('decides no media type: what does not name its own is the origin’s', async () => {
    const { store, mirrorStore, target, lost } = await place({
      faults: ({ method, path }) =>
        method === 'GET' && path.includes('/manifests/')
          ? { status: 200, headers: { 'content-type': MEDIA_TYPES.index }, body: UNTYPED }
          : undefined,
    });
    for (const each of [store, mirrorStore]) await pushEmpty(each);
    const untyped = manifestContent(Buffer.from(UNTYPED), MEDIA_TYPES.manifest);
    await store.putManifest(untyped, '1.0');
    const from = untyped.descriptor.digest;
    await copyImage({ source: store, target, from, tag: '1.0', evidence: 'none' });
    expect(await target.head('1.0')).toEqual(untyped.descriptor);
    expect(lost).toEqual([]);
  });

  it('that fails is asked once, and the run says so', async () => {
    const { mirror, store, target, lost } = await place({ faults: () => ({ status: 503 }) });
    await pushImage(store, IMAGE, '1.0');
    await copyImage({ source: store, target, from: digest, tag: '1.0', evidence: 'none' });
    expect((await checkClosure(target, digest)).lacks).toEqual([]);
    expect(mirror.requests()).toHaveLength(1);
    expect(lost).toHaveLength(1);
  });

  it.each(['reset-body', 'corrupt'] as const)('whose blobs are damaged (%s) harms nothing', async fault => {
    const { store, mirrorStore, target, lost } = await place({
      faults: ({ method, path }) => (method === 'GET' && path.includes('/blobs/') ? fault : undefined),
    });
    const image = await pushLarge(store);
    await pushLarge(mirrorStore);
    await copyImage({ source: store, target, from: image, tag: '1.0', evidence: 'none' });
    expect((await checkClosure(target, image)).lacks).toEqual([]);
    expect(lost).toHaveLength(1);
  });
});

/** A manifest as some tools write it: without the optional mediaType. */
const UNTYPED = JSON.stringify({
  schemaVersion: 2,
  config: { ...blobOf(Buffer.from('{}')), mediaType: MEDIA_TYPES.empty },
  layers: [],
});

const LAYER = randomBytes(3 * 1024 * 1024);

/** An image with a layer that is too large to be held. */
async function pushLarge(store: Store) {
  const layer = { ...blobOf(LAYER), mediaType: 'application/vnd.oci.image.layer.v1.tar' };
  const config = { ...blobOf(Buffer.from('{}')), mediaType: MEDIA_TYPES.empty };
  await pushEmpty(store);
  await store.putBlob(layer, chunked(LAYER));
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer] };
  const manifest = manifestContent(Buffer.from(JSON.stringify(body)));
  await store.putManifest(manifest);
  return manifest.descriptor.digest;
}

/** An origin with a mirror below a path, and a target elsewhere. */
async function place(options: RegistryOptions = {}) {
  const [origin, mirror, elsewhere] = [await registryFor(), await registryFor(options), await registryFor()];
  const hosts: HostRules = new Map([[origin.host, { uploads: [], mirrors: [`${mirror.host}/cache`] }]]);
  const lost: string[] = [];
  const store = storesAt(origin.host, {
    hosts,
    mirrors: createMirrors,
    onMirrorLost: name => lost.push(name),
  })('api');
  const mirrorStore = storesAt(mirror.host)('cache/api');
  return { origin, mirror, store, mirrorStore, target: storesAt(elsewhere.host)('api'), lost };
}
