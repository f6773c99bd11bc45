import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import type { BlobSource, Store } from '../../src/registry/store.ts';

/** A place that holds stores for one suite; `store` opens a repository by its path within the place. */
export interface StorePlace {
  store(path: string): Store;
  close(): Promise<void>;
}

/** What every `Store` promises, whatever stands behind it; each test uses repositories of its own. */
export function storeContract(name: string, open: () => Promise<StorePlace>): void {
  describe(`store contract: ${name}`, () => {
    let place: StorePlace;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(async () => {
      await place.close();
    });

    it('answers undefined for a manifest that is absent', async () => {
      const store = place.store('contract/absent');
      const digest = digestOf('absent');
      expect(await store.head(digest)).toBeUndefined();
      expect(await store.head('latest')).toBeUndefined();
      expect(await store.manifest(digest)).toBeUndefined();
      expect(await store.referrers(digest)).toEqual([]);
    });

    it('reports an absent blob', async () => {
      const reading = place.store('contract/absent').blob(blobOf(Buffer.from('absent')));
      await expect(reading.then(collect)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('hands back the exact bytes of a manifest, by tag and by digest', async () => {
      const store = place.store('contract/bytes');
      const image = sample('bytes');
      const bytes = Buffer.from(`${JSON.stringify(JSON.parse(text(image.index)), null, 3)}\n`);
      const spaced = manifestContent(bytes);
      await pushImage(store, image);
      await store.putManifest(spaced, '1.0');
      for (const target of ['1.0', spaced.descriptor.digest]) {
        const read = await store.manifest(target);
        expect(Buffer.from(read?.bytes ?? [])).toEqual(bytes);
        expect(read?.descriptor).toMatchObject({ ...spaced.descriptor });
        expect(await store.head(target)).toMatchObject({ ...spaced.descriptor });
      }
    });

    it('moves a tag and keeps what it named before', async () => {
      const store = place.store('contract/tags');
      const [before, after] = [sample('before'), sample('after')];
      await pushImage(store, before, 'latest');
      await pushImage(store, after, 'latest');
      expect((await store.head('latest'))?.digest).toBe(after.index.descriptor.digest);
      expect((await store.head(before.index.descriptor.digest))?.digest).toBe(before.index.descriptor.digest);
    });

    it('lists every tag', async () => {
      const store = place.store('contract/listed');
      const image = sample('listed');
      await pushImage(store, image, 'a');
      await store.putManifest(image.index, 'b');
      expect([...((await store.tags()) ?? [])].sort()).toEqual(['a', 'b']);
    });

    it('uploads a blob once and reads it back', async () => {
      const store = place.store('contract/blobs');
      const bytes = randomBytes(300_000);
      expect(await store.putBlob(blobOf(bytes), chunked(bytes))).toBe('copied');
      expect(Buffer.concat(await collect(await store.blob(blobOf(bytes))))).toEqual(bytes);
      expect(await store.putBlob(blobOf(bytes), unreadable())).toBe('present');
    });

    it('shows whether a blob is there', async () => {
      const store = place.store('contract/lookups');
      const bytes = randomBytes(100);
      expect(await store.hasBlob(blobOf(bytes))).toBe(false);
      await store.putBlob(blobOf(bytes), chunked(bytes));
      expect(await store.hasBlob(blobOf(bytes))).toBe(true);
    });

    it('carries an empty blob', async () => {
      const store = place.store('contract/blobs');
      await store.putBlob(blobOf(Buffer.alloc(0)), chunked(Buffer.alloc(0)));
      expect(Buffer.concat(await collect(await store.blob(blobOf(Buffer.alloc(0))))).length).toBe(0);
    });

    it.each([
      ['other bytes', (bytes: Buffer) => Buffer.from(bytes.map(byte => byte ^ 1))],
      ['fewer bytes', (bytes: Buffer) => bytes.subarray(1)],
      ['more bytes', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
    ])('keeps nothing of a source that yields %s', async (_, damage) => {
      const store = place.store('contract/damaged');
      const bytes = randomBytes(200_000);
      const writing = store.putBlob(blobOf(bytes), chunked(damage(bytes)));
      await expect(writing).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      const reading = store.blob(blobOf(bytes));
      await expect(reading.then(collect)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('links a blob from a neighbouring repository without reading it', async () => {
      const [from, to] = [place.store('contract/from'), place.store('contract/to')];
      const bytes = randomBytes(1000);
      await from.putBlob(blobOf(bytes), chunked(bytes));
      const linked = await to.putBlob(blobOf(bytes), { ...unreadable(), repository: from.name });
      expect(linked).toBe('mounted');
      expect(Buffer.concat(await collect(await to.blob(blobOf(bytes))))).toEqual(bytes);
    });

    it('lists what refers to a subject, also before the subject is there', async () => {
      const store = place.store('contract/referrers');
      const image = sample('referrers');
      const first = artifact(image.index.descriptor, 'first');
      const second = artifact(image.index.descriptor, 'second');
      await pushEmpty(store);
      await store.putManifest(first);
      await pushImage(store, image, '1.0');
      await store.putManifest(second);
      await store.putManifest(first);
      const referrers = await store.referrers(image.index.descriptor.digest);
      expect([...referrers].sort(byDigest)).toMatchObject(
        [first, second].map(({ descriptor }) => ({ ...descriptor })).sort(byDigest),
      );
      expect(referrers.map(referrer => referrer.artifactType)).toEqual(Array(2).fill('application/x-test'));
      expect(referrers.map(referrer => referrer.annotations?.name).sort()).toEqual(['first', 'second']);
    });

    it('loses no referrer to another one written at the same time', async () => {
      const store = place.store('contract/parallel');
      const subject = sample('parallel').index.descriptor;
      await pushEmpty(store);
      const artifacts = Array.from({ length: 8 }, (_, index) => artifact(subject, `number ${index}`));
      await Promise.all(artifacts.map(content => store.putManifest(content)));
      const listed = (await store.referrers(subject.digest)).map(referrer => referrer.digest);
      expect([...listed].sort()).toEqual(artifacts.map(({ descriptor }) => descriptor.digest).sort());
    });
  });
}

/** A descriptor of bytes without a type of their own. */
export function blobOf(bytes: Uint8Array): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
}

/** A source that yields the bytes in pieces of 64 KiB. */
export function chunked(bytes: Uint8Array): BlobSource {
  return {
    open: async () =>
      (async function* () {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      })(),
  };
}

/** A source that must not be opened. */
export function unreadable(): BlobSource {
  return { open: () => Promise.reject(new Error('the source was opened')) };
}

/** An artifact of the empty config that refers to the subject; push `pushEmpty` first. */
export function artifact(subject: Descriptor, name: string): ManifestContent {
  const { mediaType, digest, size } = subject;
  const body = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: 'application/x-test',
    config: EMPTY,
    layers: [EMPTY],
    subject: { mediaType, digest, size },
    annotations: { name },
  };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}

/** Pushes the empty config that `artifact` names. */
export async function pushEmpty(store: Store): Promise<void> {
  await store.putBlob(EMPTY, chunked(Buffer.from('{}')));
}

/** Every chunk of a stream. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** An image of one platform whose digests depend on the text alone. */
export function sample(text: string) {
  return buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: [text] });
}

const EMPTY: Descriptor = { ...blobOf(Buffer.from('{}')), mediaType: MEDIA_TYPES.empty };

function byDigest(left: Descriptor, right: Descriptor): number {
  return left.digest < right.digest ? -1 : 1;
}

function text(content: ManifestContent): string {
  return new TextDecoder().decode(content.bytes);
}
