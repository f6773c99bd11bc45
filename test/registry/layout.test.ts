import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { artifact, blobOf, chunked, collect, pushEmpty, sample, storeContract } from './store-contract.ts';

storeContract('image layout', layoutPlace);

describe('layoutStore', () => {
  let place: LayoutPlace;
  beforeAll(async () => {
    place = await layoutPlace();
  });
  afterAll(() => place.close());

  it('reads nothing into being', async () => {
    const store = place.store('unwritten');
    expect(await store.tags()).toEqual([]);
    expect(await readdir(place.directory)).not.toContain('unwritten');
  });

  it('refuses a directory of other files', async () => {
    await mkdir(join(place.directory, 'project'));
    await writeFile(join(place.directory, 'project', 'main.go'), '');
    const store = place.store('project');
    for (const work of [() => store.tags(), () => pushEmpty(store), () => store.head('latest')]) {
      await expect(work()).rejects.toMatchObject({ code: 'INVALID', hint: expect.any(String) });
    }
    expect(await readdir(join(place.directory, 'project'))).toEqual(['main.go']);
  });

  it('lists in index.json what no index names: tagged, untagged and referring manifests', async () => {
    const store = place.store('entries');
    const [tagged, moved] = [sample('tagged'), sample('moved')];
    await pushImage(store, moved, '1.0');
    await pushImage(store, tagged, '1.0');
    await pushEmpty(store);
    const referrer = artifact(tagged.index.descriptor, 'referrer');
    await store.putManifest(referrer);
    expect((await entries('entries')).map(({ digest }) => digest).sort()).toEqual(
      [tagged.index, moved.index, referrer].map(({ descriptor }) => descriptor.digest).sort(),
    );
  });

  it('leaves what others wrote into index.json as it is, and writes nothing that is there', async () => {
    const store = place.store('others');
    await pushImage(store, sample('others'), '1.0');
    const path = join(place.directory, 'others', 'index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    index.annotations = { kept: 'yes' };
    index.manifests[0].annotations['io.containerd.image.name'] = 'example.com/app:1.0';
    index.manifests[0].data = 'e30=';
    await writeFile(path, JSON.stringify(index));
    await pushImage(store, sample('others'), '1.0');
    await pushImage(store, sample('more'), '2.0');
    const after = JSON.parse(await readFile(path, 'utf8'));
    expect(after).toMatchObject({ annotations: { kept: 'yes' }, manifests: [index.manifests[0], {}] });
  });

  it('reports a tag that two images carry', async () => {
    const store = place.store('twice');
    await pushImage(store, sample('first'), 'a');
    await pushImage(store, sample('second'), 'b');
    const path = join(place.directory, 'twice', 'index.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"b"', '"a"'));
    await expect(store.head('a')).rejects.toMatchObject({ code: 'AMBIGUOUS' });
  });

  it('refuses damaged bytes, and replaces them when they are written again', async () => {
    const store = place.store('damaged');
    const image = sample('damaged');
    const { digest, size } = image.index.descriptor;
    await pushImage(store, image, '1.0');
    const path = join(place.directory, 'damaged/blobs/sha256', hexOf(digest));
    await writeFile(path, Buffer.alloc(size));
    await expect(store.manifest('1.0')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await store.head('1.0')).toBeUndefined();
    await pushImage(store, image, '1.0');
    expect(await store.head('1.0')).toMatchObject({ digest });
  });

  it('links blobs between layouts instead of copying, but never damaged ones', async () => {
    const [from, to] = [place.store('linked-from'), place.store('linked-to')];
    const bytes = Buffer.alloc(100_000, 'x');
    const blob = blobOf(bytes);
    await from.putBlob(blob, chunked(bytes));
    expect(await to.putBlob(blob, { ...chunked(bytes), repository: from.name })).toBe('mounted');
    const pathIn = (layout: string) => join(place.directory, layout, 'blobs/sha256', hexOf(blob.digest));
    expect((await stat(pathIn('linked-to'))).ino).toBe((await stat(pathIn('linked-from'))).ino);
    await writeFile(pathIn('linked-from'), Buffer.alloc(bytes.length));
    const linking = place.store('linked-never').putBlob(blob, { ...chunked(bytes), repository: from.name });
    await expect(linking).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(to.blob(blob).then(collect)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('recognises manifests without a media type by their shape, and other content not at all', async () => {
    const store = place.store('shapes');
    const manifest = manifestContent(
      Buffer.from(`{"schemaVersion":2,"config":${JSON.stringify(blobOf(Buffer.from('{}')))},"layers":[]}`),
      MEDIA_TYPES.manifest,
    );
    await pushEmpty(store);
    await store.putManifest(manifest);
    const index = { schemaVersion: 2, manifests: [manifest.descriptor] };
    await store.putManifest(manifestContent(Buffer.from(JSON.stringify(index)), MEDIA_TYPES.index), '1.0');
    expect(await store.head(manifest.descriptor.digest)).toEqual(manifest.descriptor);
    expect(await store.head('1.0')).toMatchObject({ mediaType: MEDIA_TYPES.index });
    expect(await store.head(digestOf('{}'))).toBeUndefined();
  });

  it('finds referrers that another tool listed under the fallback tag', async () => {
    const store = place.store('fallback');
    const image = sample('fallback');
    await pushImage(store, image, '1.0');
    await pushEmpty(store);
    const referrer = artifact(image.index.descriptor, 'elsewhere');
    await store.putManifest(referrer);
    const path = join(place.directory, 'fallback', 'index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    index.manifests = index.manifests.filter(
      ({ digest }: { digest: string }) => digest !== referrer.descriptor.digest,
    );
    await writeFile(path, JSON.stringify(index));
    const list = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [referrer.descriptor] };
    const tag = `sha256-${hexOf(image.index.descriptor.digest)}`;
    await writeFile(
      join(place.directory, 'fallback/blobs/sha256', hexOf(digestOf(JSON.stringify(list)))),
      JSON.stringify(list),
    );
    index.manifests.push({
      ...manifestContent(Buffer.from(JSON.stringify(list))).descriptor,
      annotations: { 'org.opencontainers.image.ref.name': tag },
    });
    await writeFile(path, JSON.stringify(index));
    expect(await place.store('./fallback').referrers(image.index.descriptor.digest)).toMatchObject([
      { digest: referrer.descriptor.digest },
    ]);
  });

  async function entries(layout: string): Promise<readonly { readonly digest: string }[]> {
    return JSON.parse(await readFile(join(place.directory, layout, 'index.json'), 'utf8')).manifests;
  }
});
