import { describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { fallbackTag } from '../../src/oci/fallback-tag.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import type { Fault } from '../servers/registry.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { artifact, pushEmpty, sample } from './store-contract.ts';

const subject = sample('subject').index.descriptor;

/** What a tag answers that accepts every write and stays empty. */
const LOST: Fault = {
  status: 200,
  headers: { 'content-type': MEDIA_TYPES.index },
  body: JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }),
};

describe('the referrers API', () => {
  it('is read to its last page', async () => {
    const store = storesAt((await registryFor({ pageSize: 2 })).host)('a');
    await pushEmpty(store);
    for (let number = 0; number < 5; number += 1) await store.putManifest(artifact(subject, `${number}`));
    expect(await store.referrers(subject.digest)).toHaveLength(5);
  });

  it('is asked for once where a registry has none, by many repositories at the same time', async () => {
    const body = '404 page not found';
    const registry = await registryFor({
      faults: ({ path }) => (path.includes('/referrers/') ? { status: 404, body } : undefined),
    });
    const open = storesAt(registry.host);
    const names = Array.from({ length: 6 }, (_, at) => `image-${at}`);
    expect(await Promise.all(names.map(name => open(name).referrers(subject.digest)))).toEqual(
      names.map(() => []),
    );
    expect(registry.requests().filter(({ path }) => path.includes('/referrers/'))).toHaveLength(1);
  });

  it('is asked for again where the first question failed, and where one repository alone has none', async () => {
    let asked = 0;
    const registry = await registryFor({
      faults: ({ path }) => {
        if (!path.includes('/referrers/')) return undefined;
        asked += 1;
        return asked === 1 ? { status: 403 } : path.includes('/b/') ? { status: 404 } : undefined;
      },
    });
    const open = storesAt(registry.host);
    const found = await Promise.allSettled(['a', 'b', 'c'].map(name => open(name).referrers(subject.digest)));
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(asked).toBe(3);
  });

  it('fails as a whole where one of its pages does', async () => {
    const registry = await registryFor({
      pageSize: 1,
      faults: ({ path }) => (path.includes('?start=') ? { status: 404 } : undefined),
    });
    const store = storesAt(registry.host)('a');
    await pushEmpty(store);
    for (const name of ['one', 'two']) await store.putManifest(artifact(subject, name));
    await expect(store.referrers(subject.digest)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends where there are more than anybody could read', async () => {
    const page = (start: number) =>
      Array.from({ length: 10_000 }, (_, at) => ({
        mediaType: MEDIA_TYPES.manifest,
        digest: `sha256:${String(start + at).padStart(64, '0')}`,
        size: 1,
      }));
    let pages = 0;
    const registry = await registryFor({
      faults: ({ path }) => {
        if (!path.includes('/referrers/')) return undefined;
        pages += 1;
        const next = `</v2/a/referrers/${subject.digest}?page=${pages}>; rel="next"`;
        const manifests = page(pages * 10_000);
        const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests });
        return { status: 200, headers: { 'content-type': MEDIA_TYPES.index, link: next }, body };
      },
    });
    await expect(storesAt(registry.host)('a').referrers(subject.digest)).rejects.toMatchObject({
      code: 'REGISTRY',
      message: expect.stringContaining('more than 20000 referrers'),
    });
    expect(pages).toBe(3);
  });

  it('lists nothing where its list is null, and one is added to such a list', async () => {
    const body = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: null });
    const headers = { 'content-type': MEDIA_TYPES.index };
    const listing = await registryFor({
      faults: ({ path }) => (path.includes('/referrers/') ? { status: 200, headers, body } : undefined),
    });
    expect(await storesAt(listing.host)('a').referrers(subject.digest)).toEqual([]);
    const store = storesAt((await registryFor({ referrers: false })).host)('a');
    await store.putManifest(manifestContent(Buffer.from(body)), fallbackTag(subject.digest));
    await pushEmpty(store);
    await store.putManifest(artifact(subject, 'one'));
    expect(await store.referrers(subject.digest)).toHaveLength(1);
  });

  it('is not taken for absent where the registry limits requests, and no tag lists any', async () => {
    const registry = await registryFor({
      faults: ({ path }) => (path.includes('/referrers/') ? { status: 429 } : undefined),
    });
    const listing = storesAt(registry.host)('a').referrers(subject.digest);
    await expect(listing).rejects.toMatchObject({ code: 'REGISTRY', status: 429 });
  });

  it.each<[string, Fault]>([
    ['400', { status: 400 }],
    ['406', { status: 406 }],
    ['429', { status: 429 }],
    ['a redirect', { status: 303, headers: { location: 'https://example.com/' } }],
    ['a page for people', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>hello</h1>' }],
  ])('is taken for absent where %s answers', async (_, fault) => {
    const registry = await registryFor({
      referrers: false,
      faults: ({ path }) => (path.includes('/referrers/') ? fault : undefined),
    });
    const store = storesAt(registry.host)('a');
    await pushEmpty(store);
    await store.putManifest(artifact(subject, 'one'));
    expect(await store.referrers(subject.digest)).toHaveLength(1);
  });

  it.each([401, 403, 500])('is not taken for absent where %i answers', async status => {
    const registry = await registryFor({ faults: () => ({ status }) });
    await expect(storesAt(registry.host)('a').referrers(subject.digest)).rejects.toMatchObject({ status });
  });
});

describe('the fallback tag', () => {
  it('keeps the entries of writers that do not know of each other', async () => {
    const { host } = await registryFor({ referrers: false });
    const writers = ['one', 'two', 'three'].map(name => ({ name, store: storesAt(host)('a') }));
    for (const { store } of writers) await pushEmpty(store);
    await Promise.all(writers.map(({ name, store }) => store.putManifest(artifact(subject, name))));
    const listed = await storesAt(host)('a').referrers(subject.digest);
    expect(listed.map(({ annotations }) => annotations?.name).sort()).toEqual(['one', 'three', 'two']);
  });

  it('keeps what others wrote into its index, to the last field', async () => {
    const store = storesAt((await registryFor({ referrers: false })).host)('a');
    await pushEmpty(store);
    const [theirs, ours] = [artifact(subject, 'theirs'), artifact(subject, 'ours')];
    const entry = { ...theirs.descriptor, data: 'e30=' };
    await putIndex(store, { manifests: [entry], annotations: { by: 'them' } });
    await store.putManifest(ours);
    const index = await store.manifest(fallbackTag(subject.digest));
    const written: unknown = JSON.parse(new TextDecoder().decode(index?.bytes));
    expect(written).toMatchObject({
      annotations: { by: 'them' },
      manifests: [entry, { digest: ours.descriptor.digest, artifactType: 'application/x-test' }],
    });
  });

  it('is not overwritten where it names the image itself', async () => {
    const store = storesAt((await registryFor({ referrers: false })).host)('a');
    const image = sample('subject');
    await pushImage(store, image, fallbackTag(subject.digest));
    await pushEmpty(store);
    const writing = store.putManifest(artifact(subject, 'one'));
    await expect(writing).rejects.toMatchObject({
      code: 'EVIDENCE',
      hint: expect.stringContaining('cosign'),
    });
    expect(await store.referrers(subject.digest)).toEqual([]);
  });

  it('is written where the registry only answers with the image for want of a tag', async () => {
    const { host } = await registryFor({ referrers: false, digestLikeTags: true });
    const store = storesAt(host)('a');
    const image = sample('subject');
    await pushImage(store, image, '1.0');
    await pushEmpty(store);
    await store.putManifest(artifact(subject, 'one'));
    expect(await storesAt(host)('a').referrers(subject.digest)).toHaveLength(1);
  });

  it('is written once for all that is attached at once', async () => {
    const registry = await registryFor({ referrers: false });
    const store = storesAt(registry.host)('a');
    await pushEmpty(store);
    await store.referrers(subject.digest);
    registry.requests();
    const contents = Array.from({ length: 121 }, (_, index) => artifact(subject, `${index}`));
    await store.attach(contents.map(content => ({ content })));
    const asked = registry.requests().map(({ method, path }) => `${method} ${path}`);
    const list = asked.filter(text => text.endsWith(fallbackTag(subject.digest)));
    expect(list.map(text => text.split(' ')[0])).toEqual(['GET', 'PUT', 'GET']);
    expect(asked).toHaveLength(121 + 3);
    expect(await store.referrers(subject.digest)).toHaveLength(121);
  });

  it('lists what was written, and fails, where one of those attached at once is refused', async () => {
    const [good, bad] = [artifact(subject, 'good'), artifact(subject, 'bad')];
    const registry = await registryFor({
      referrers: false,
      faults: ({ method, path }) =>
        method === 'PUT' && path.endsWith(bad.descriptor.digest) ? { status: 400 } : undefined,
    });
    const store = storesAt(registry.host)('a');
    await pushEmpty(store);
    const attaching = store.attach([{ content: bad }, { content: good }]);
    await expect(attaching).rejects.toMatchObject({ status: 400 });
    expect((await store.referrers(subject.digest)).map(({ digest }) => digest)).toEqual([
      good.descriptor.digest,
    ]);
  });

  it('is reported where entries do not stay', async () => {
    const registry = await registryFor({
      referrers: false,
      faults: ({ path }) => (path.includes('/manifests/sha256-') ? LOST : undefined),
    });
    const store = storesAt(registry.host)('a');
    await pushEmpty(store);
    const writing = store.putManifest(artifact(subject, 'one'));
    await expect(writing).rejects.toMatchObject({ code: 'EVIDENCE' });
  });
});

async function putIndex(store: Store, body: object): Promise<void> {
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, ...body };
  await store.putManifest(manifestContent(Buffer.from(JSON.stringify(index))), fallbackTag(subject.digest));
}
