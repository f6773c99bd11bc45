import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, parseDigest } from '../../src/oci/digest.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { readClosure } from '../../src/registry/closure.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import type { Store } from '../../src/registry/store.ts';
import { describeWith } from '../servers/tools.ts';
import { type LayoutPlace, layoutPlace, type RegistryPlace, registryPlace } from './places.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { blobOf, chunked, collect, sample } from './store-contract.ts';

describeWith(['docker-registry'], 'copyImage, by shape of the image', () => {
  let layouts: LayoutPlace;
  let registry: RegistryPlace;
  beforeAll(async () => {
    layouts = await layoutPlace();
    registry = await registryPlace();
  });
  afterAll(async () => {
    await layouts.close();
    await registry.close();
  });

  it('copies indexes within indexes', async () => {
    const source = layouts.store('nested');
    const image = sample('nested');
    await pushImage(source, image);
    const outer = index([image.index.descriptor]);
    await source.putManifest(outer, '1.0');
    const target = registry.store('nested');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    const closure = await readClosure(target, outer.descriptor.digest);
    expect(closure.manifests.map(({ descriptor }) => descriptor.digest)).toEqual(
      [outer, image.index, ...image.manifests].map(({ descriptor }) => descriptor.digest),
    );
  });

  it.each([
    ['an index as an image', MEDIA_TYPES.manifest, 0],
    ['an image as an index', MEDIA_TYPES.index, 1],
  ])('refuses an index that names %s, and verify calls it damaged', async (name, mediaType, which) => {
    const source = layouts.store(name.replaceAll(' ', '-'));
    const image = sample(name);
    await pushImage(source, image);
    const child = [image.index, ...image.manifests][which] ?? image.index;
    const outer = index([{ ...child.descriptor, mediaType }]);
    await source.putManifest(outer, '1.0');
    const copying = copyImage({ source, target: registry.store('lying'), from: '1.0', evidence: 'all' });
    await expect(copying).rejects.toThrow(`it names ${child.descriptor.digest} as ${mediaType}`);
    await expect(copying).rejects.toMatchObject({ code: 'INVALID' });
    const { lacks } = await checkClosure(source, outer.descriptor.digest);
    expect(lacks).toEqual([{ part: 'manifest', digest: child.descriptor.digest, state: 'damaged' }]);
  });

  it('names the place of a manifest that has the parts of an index and of an image', async () => {
    const source = layouts.store('both');
    const config = await push(source, '{}', MEDIA_TYPES.config);
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [], manifests: [] }));
    const descriptor = { mediaType: MEDIA_TYPES.manifest, digest: digestOf(bytes), size: bytes.length };
    await source.putManifest({ descriptor, bytes }, '1.0').catch(() => undefined);
    await expect(source.manifest(descriptor.digest)).rejects.toThrow('/both');
    const answer = { status: 200, headers: { 'content-type': MEDIA_TYPES.manifest }, body: bytes.toString() };
    const { host } = await registryFor({ faults: () => answer });
    await expect(storesAt(host)('both').manifest(descriptor.digest)).rejects.toThrow(`pull ${host}/both@`);
  });

  it('gives up on indexes that nest without end', async () => {
    const source = layouts.store('deep');
    let top = index([]);
    for (let depth = 0; depth < 9; depth += 1) {
      await source.putManifest(top);
      top = index([top.descriptor]);
    }
    await source.putManifest(top, '1.0');
    const copying = copyImage({ source, target: layouts.store('d'), from: '1.0', evidence: 'none' });
    await expect(copying).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(readClosure(source, top.descriptor.digest)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('copies the types of Docker', async () => {
    const source = layouts.store('docker');
    const config = await push(source, '{}', 'application/vnd.docker.container.image.v1+json');
    const layer = await push(source, 'layer', 'application/vnd.docker.image.rootfs.diff.tar.gzip');
    const manifest = encode({ mediaType: MEDIA_TYPES.dockerManifest, config, layers: [layer] });
    await source.putManifest(manifest);
    const list = encode({ mediaType: MEDIA_TYPES.dockerList, manifests: [manifest.descriptor] });
    await source.putManifest(list, '1.0');
    const target = registry.store('docker');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'none' });
    expect(await target.head('1.0')).toMatchObject({ ...list.descriptor });
    expect(await target.head(manifest.descriptor.digest)).toMatchObject({ ...manifest.descriptor });
  });

  it('fails where a layer is missing that names URLs in vain', async () => {
    const source = layouts.store('pretended');
    const config = await push(source, '{}', MEDIA_TYPES.config);
    const layer = { ...blobOf(Buffer.from('gone')), urls: ['https://example.com/layer'] };
    await source.putManifest(encode({ mediaType: MEDIA_TYPES.manifest, config, layers: [layer] }), '1.0');
    const copying = copyImage({ source, target: layouts.store('p'), from: '1.0', evidence: 'none' });
    await expect(copying).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves a layer that may not be distributed to its URLs', async () => {
    const source = layouts.store('foreign');
    const config = await push(source, '{}', MEDIA_TYPES.config);
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const layer = { ...blobOf(Buffer.from('elsewhere')), mediaType, urls: ['https://example.com/layer'] };
    const manifest = encode({ mediaType: MEDIA_TYPES.manifest, config, layers: [layer] });
    await source.putManifest(manifest, '1.0');
    const target = layouts.store('from-foreign');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'none' });
    expect(await target.head('1.0')).toMatchObject({ ...manifest.descriptor });
    expect((await collect(await target.blob(config))).length).toBe(1);
  });

  it('copies what an index names besides manifests', async () => {
    const source = layouts.store('cache');
    const layer = await push(source, 'cached', 'application/vnd.oci.image.layer.v1.tar+gzip');
    await source.putManifest(index([layer]), 'cache');
    const target = layouts.store('from-cache');
    await copyImage({ source, target, from: 'cache', tag: 'cache', evidence: 'all' });
    expect((await collect(await target.blob(layer))).length).toBe(1);
  });

  it('keeps an image pinned by SHA-512, and recognises its tag', async () => {
    const source = layouts.store('sha512');
    const content = encode({
      mediaType: MEDIA_TYPES.manifest,
      config: await push(source, '{}', MEDIA_TYPES.config),
      layers: [],
    });
    const digest = parseDigest(`sha512:${createHash('sha512').update(content.bytes).digest('hex')}`);
    const pinned: ManifestContent = { ...content, descriptor: { ...content.descriptor, digest } };
    await source.putManifest(pinned);
    const target = layouts.store('from-sha512');
    await copyImage({ source, target, from: digest, evidence: 'all' });
    expect(await target.head(digest)).toMatchObject({ digest });
    await target.putManifest(content, '1.0');
    const again = await copyImage({ source, target, from: digest, tag: '1.0', evidence: 'none' });
    expect(again.changed).toBe(false);
  });
});

describe('readClosure', () => {
  it('reports an image that is absent', async () => {
    const place = await layoutPlace();
    const reading = readClosure(place.store('absent'), digestOf('absent'));
    await expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await place.close();
  });
});

async function push(store: Store, text: string, mediaType: string): Promise<Descriptor> {
  const descriptor = { ...blobOf(Buffer.from(text)), mediaType };
  await store.putBlob(descriptor, chunked(Buffer.from(text)));
  return descriptor;
}

function index(manifests: readonly Descriptor[]): ManifestContent {
  return encode({ mediaType: MEDIA_TYPES.index, manifests });
}

function encode(body: object): ManifestContent {
  return manifestContent(Buffer.from(JSON.stringify({ schemaVersion: 2, ...body })));
}
