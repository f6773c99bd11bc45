import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { hexOf } from '../../src/oci/digest.ts';
import type { Store } from '../../src/registry/store.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { artifact, blobOf, chunked, collect, sample } from './store-contract.ts';

const IMAGE = sample('refused');
const BYTES = Buffer.from('more');
const { descriptor } = IMAGE.index;

describe('an image layout that the operating system refuses', () => {
  let place: LayoutPlace;
  let store: Store;
  beforeEach(async () => {
    place = await layoutPlace();
    store = place.store('image');
    await pushImage(store, IMAGE, '1.0');
  });
  afterEach(() => place.close());

  const at = (...parts: readonly string[]) => join(place.directory, 'image', ...parts);
  const replace = async (path: string, write: (path: string) => Promise<unknown>) => {
    await rm(path, { recursive: true });
    await write(path);
  };

  it.each<[string, () => Promise<unknown>]>([
    ['a blob', () => store.putBlob(blobOf(BYTES), chunked(BYTES))],
    ['a manifest', () => store.putManifest(sample('other').index, '2.0')],
    ['a tag', () => store.putManifest(IMAGE.index, '2.0')],
    ['a referrer', () => store.attach([{ content: artifact(descriptor, 'report') }])],
  ])('names it and the path where %s cannot be written', async (_, write) => {
    await replace(at('.partial'), path => writeFile(path, ''));
    await expect(write()).rejects.toMatchObject({
      code: 'SYSTEM',
      message: expect.stringMatching(/^write to image layout \S+\/image: .*\(ENOTDIR: \w+ \S+\/\.partial\//),
    });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['by its tag', () => store.head('1.0')],
    ['whole', () => store.manifest('1.0')],
    ['for its referrers', () => store.referrers(descriptor.digest)],
    ['for its tags', () => store.tags()],
  ])('names it where it cannot be read %s', async (_, read) => {
    await replace(at('index.json'), path => mkdir(path));
    await expect(read('')).rejects.toMatchObject({
      code: 'SYSTEM',
      message: expect.stringMatching(/^read image layout \S+\/image: a directory lies where a file should/),
    });
  });

  it('names it where a blob fails while it is read', async () => {
    const [blob = descriptor] = IMAGE.blobs.map(part => part.descriptor);
    await replace(at('blobs', 'sha256', hexOf(blob.digest)), path => mkdir(path));
    const reading = store.blob(blob).then(collect);
    await expect(reading).rejects.toMatchObject({
      code: 'SYSTEM',
      message: expect.stringContaining(`read blob ${blob.digest} of image layout`),
    });
  });

  it('names it where it is gone while it is written', async () => {
    const source = {
      open: async () => {
        await rm(at(), { recursive: true });
        return await chunked(BYTES).open();
      },
    };
    await expect(store.putBlob(blobOf(BYTES), source)).rejects.toMatchObject({
      code: 'SYSTEM',
      message: expect.stringContaining('ENOENT'),
    });
  });
});
