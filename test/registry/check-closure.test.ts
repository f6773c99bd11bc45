import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { startRegistry } from '../servers/registry.ts';
import { type LayoutPlace, layoutPlace, type RegistryPlace, registryPlace } from './places.ts';
import { blobOf, chunked } from './store-contract.ts';

const image = buildImage({
  platforms: [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
  ],
  layers: ['base', 'application'],
});
const { digest } = image.index.descriptor;

const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';

describe('checkClosure', () => {
  let place: LayoutPlace;
  let registry: RegistryPlace;
  beforeAll(async () => {
    [place, registry] = await Promise.all([layoutPlace(), registryPlace(startRegistry)]);
  });
  afterAll(async () => {
    await Promise.all([place.close(), registry.close()]);
  });

  it('counts what is there, at one request each', async () => {
    await pushImage(registry.store('whole'), image);
    await registry.cost();
    expect(await checkClosure(registry.store('whole'), digest)).toMatchObject({
      root: { descriptor: { digest } },
      manifests: 3,
      blobs: 6,
      lacks: [],
    });
    expect(await registry.cost()).toBe(9);
  });

  it('reports everything that is missing at once', async () => {
    const store = place.store('missing');
    await pushImage(store, image);
    const [child, blob] = [image.manifests[0]?.descriptor.digest, image.blobs.at(-1)?.descriptor.digest];
    for (const gone of [child, blob]) await rm(fileOf('missing', gone ?? digest));
    const { lacks, manifests, blobs } = await checkClosure(store, digest);
    expect([manifests, blobs]).toEqual([2, 2]);
    expect(lacks).toEqual([
      { part: 'manifest', digest: child, state: 'absent' },
      { part: 'blob', digest: blob, state: 'absent' },
    ]);
  });

  it('reports a manifest whose bytes are not what its digest says', async () => {
    const store = place.store('damaged');
    await pushImage(store, image);
    await writeFile(fileOf('damaged', digest), `${new TextDecoder().decode(image.index.bytes)} `);
    expect(await checkClosure(store, digest)).toEqual({
      root: undefined,
      manifests: 0,
      blobs: 0,
      lacks: [{ part: 'manifest', digest, state: 'damaged' }],
    });
  });

  it.each([
    ['does not miss a layer that may not be distributed', FOREIGN, 0],
    ['misses any other layer, whatever URLs it names', 'application/vnd.oci.image.layer.v1.tar', 1],
  ])('%s', async (_, mediaType, lacking) => {
    const store = place.store(`elsewhere-${lacking}`);
    const config = blobOf(Buffer.from('{}'));
    const layer = { ...blobOf(Buffer.from('far away')), mediaType, urls: ['https://example.com/layer'] };
    const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer] };
    const content = manifestContent(Buffer.from(JSON.stringify(body)));
    await store.putBlob(config, chunked(Buffer.from('{}')));
    await store.putManifest(content);
    expect((await checkClosure(store, content.descriptor.digest)).lacks).toHaveLength(lacking);
  });

  function fileOf(path: string, name: Digest): string {
    return join(place.directory, path, 'blobs', ...name.split(':'));
  }
});
