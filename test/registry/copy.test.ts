import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltImage, buildImage, pushImage } from '../../src/demo/image.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { createLedger } from '../../src/registry/copy/ledger.ts';
import type { ProgressEvent } from '../../src/registry/progress.ts';
import type { Store } from '../../src/registry/store.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { collect, sample } from './store-contract.ts';
import { isWrite, type StoreOperation, watchedStore } from './watched-store.ts';

describe('copyImage', () => {
  let place: LayoutPlace;
  let image: BuiltImage;
  let source: Store;
  beforeAll(async () => {
    place = await layoutPlace();
    source = place.store('source');
    image = buildImage({ platforms: PLATFORMS, layers: ['base', 'app'] });
    await pushImage(source, image, '1.0');
  });
  afterAll(() => place.close());

  it('copies every byte of every platform, and the tag after all else', async () => {
    const target = place.store('whole');
    const writes: StoreOperation[] = [];
    const watched = watchedStore(target, operation => void (isWrite(operation) && writes.push(operation)));
    const result = await copyImage({ source, target: watched, from: '1.0', tag: '1.0', evidence: 'none' });
    expect(result).toEqual({ descriptor: image.index.descriptor, changed: true, evidence: 0 });
    await expectWhole(target, image);
    expect((await target.head('1.0'))?.digest).toBe(image.index.descriptor.digest);
    expect(writes.at(-1)).toEqual({ method: 'putManifest', subject: '1.0' });
  });

  it.each(['1.0', undefined])('writes nothing the second time, tagged %s', async tag => {
    const target = place.store(`again-${tag}`);
    const options = { source, from: image.index.descriptor.digest, tag, evidence: 'all' } as const;
    await copyImage({ ...options, target });
    const watched = watchedStore(target, operation => expect(operation).not.toSatisfy(isWrite));
    expect(await copyImage({ ...options, target: watched })).toMatchObject({ changed: false });
  });

  it('refuses to move a tag before it writes anything, and moves it where that is asked for', async () => {
    const target = place.store('moved');
    await pushImage(target, sample('other'), 'latest');
    const options = { source, from: '1.0', tag: 'latest', evidence: 'none' } as const;
    const watched = watchedStore(target, operation => expect(operation).not.toSatisfy(isWrite));
    await expect(copyImage({ ...options, target: watched })).rejects.toMatchObject({ code: 'TAG_MOVED' });
    await copyImage({ ...options, target, moves: true });
    expect((await target.head('latest'))?.digest).toBe(image.index.descriptor.digest);
  });

  it('tags within one repository without copying', async () => {
    const watched = watchedStore(source, ({ method }) => expect(method).not.toBe('putBlob'));
    await copyImage({ source: watched, target: watched, from: '1.0', tag: 'retagged', evidence: 'all' });
    expect((await source.head('retagged'))?.digest).toBe(image.index.descriptor.digest);
  });

  it('reports an image that is absent', async () => {
    const copying = copyImage({ source, target: place.store('none'), from: 'absent', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('names the platform that the source misses', async () => {
    const incomplete = place.store('incomplete');
    await incomplete.putManifest(image.index, '1.0');
    const children = image.manifests.map(({ descriptor }) => descriptor.digest);
    const target = place.store('from-incomplete');
    const copying = copyImage({ source: incomplete, target, from: '1.0', tag: '1.0', evidence: 'none' });
    await expect(copying).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(children.join('|')),
    });
    expect(await target.tags()).toEqual([]);
  });

  it('copies what platforms share once, also to several images of a batch', async () => {
    const manifest = image.manifests[0];
    if (manifest === undefined) throw new Error('no manifest');
    const twin = indexOf([manifest.descriptor, ...image.manifests.map(({ descriptor }) => descriptor)]);
    await source.putManifest(twin, 'twin');
    const target = place.store('batch');
    const writes: string[] = [];
    const watched = watchedStore(
      target,
      operation => void (isWrite(operation) && writes.push(operation.subject)),
    );
    const ledger = createLedger();
    const from = ['1.0', 'twin'];
    await Promise.all(
      from.map(tag => copyImage({ source, target: watched, from: tag, tag, evidence: 'none', ledger })),
    );
    expect(writes.length).toBe(new Set(writes).size);
    await expectWhole(target, image);
  });

  it('reports every blob and its bytes', async () => {
    const events: ProgressEvent[] = [];
    const elsewhere = await layoutPlace();
    const target = elsewhere.store('progress');
    const progress = (event: ProgressEvent) => void events.push(event);
    await copyImage({ source, target, from: '1.0', evidence: 'none', progress });
    await elsewhere.close();
    const digests = (kind: ProgressEvent['kind']) =>
      events
        .filter(event => event.kind === kind)
        .map(({ digest }) => digest)
        .sort();
    expect(digests('blob-expected')).toEqual(image.blobs.map(({ descriptor }) => descriptor.digest).sort());
    expect(digests('blob-done')).toEqual(digests('blob-expected'));
    const bytes = events.reduce((sum, event) => sum + (event.kind === 'bytes' ? event.count : 0), 0);
    expect(bytes).toBe(image.blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0));
    expect([events[0]?.kind, events.at(-1)?.kind]).toEqual(['image-started', 'image-done']);
  });

  it('counts the bytes of a blob once, however often it is sent', async () => {
    const elsewhere = await layoutPlace();
    const real = elsewhere.store('sent-again');
    const putBlob: Store['putBlob'] = async (descriptor, from) => {
      if (from !== undefined) for await (const _ of await from.open());
      return await real.putBlob(descriptor, from);
    };
    const target: Store = Object.create(real, { putBlob: { value: putBlob } });
    let bytes = 0;
    const progress = (event: ProgressEvent) => {
      if (event.kind === 'bytes') bytes += event.count;
    };
    await copyImage({ source, target, from: '1.0', evidence: 'none', progress });
    await elsewhere.close();
    expect(bytes).toBe(image.blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0));
  });
});

const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
];

function indexOf(manifests: readonly { readonly digest: Digest }[]) {
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}

async function expectWhole(store: Store, { index, manifests, blobs }: BuiltImage): Promise<void> {
  for (const { descriptor, bytes } of [index, ...manifests]) {
    expect(Buffer.from((await store.manifest(descriptor.digest))?.bytes ?? [])).toEqual(Buffer.from(bytes));
  }
  for (const { descriptor, bytes } of blobs) {
    expect(Buffer.concat(await collect(await store.blob(descriptor)))).toEqual(Buffer.from(bytes));
  }
}
