import { describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { findEvidence } from '../../src/registry/evidence/evidence.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { sample } from './store-contract.ts';

describe('tags', () => {
  it('are listed from all pages', async () => {
    const store = storesAt((await registryFor({ pageSize: 2 })).host)('a');
    const image = sample('tags');
    await pushImage(store, image, 'a');
    for (const tag of ['b', 'c', 'd', 'e']) await store.putManifest(image.index, tag);
    expect(await store.tags()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are not listed where they fill too many pages', async () => {
    const store = storesAt((await registryFor({ pageSize: 1 })).host)('a');
    const image = sample('tags');
    await pushImage(store, image, 't0');
    for (let number = 1; number < 10; number += 1) await store.putManifest(image.index, `t${number}`);
    expect(await store.tags()).toHaveLength(10);
    await store.putManifest(image.index, 't10');
    expect(await store.tags()).toBeUndefined();
  });

  it('are none of a repository that is absent', async () => {
    expect(await storesAt((await registryFor()).host)('absent').tags()).toEqual([]);
  });

  it('are none where the registry lists null, as after the last tag was deleted', async () => {
    const body = JSON.stringify({ name: 'a', tags: null });
    const registry = await registryFor({ faults: () => ({ status: 200, body }) });
    expect(await storesAt(registry.host)('a').tags()).toEqual([]);
  });

  it.each([404, 405])('are not listed by a registry that answers %i', async status => {
    const registry = await registryFor({ faults: () => ({ status }) });
    expect(await storesAt(registry.host)('a').tags()).toBeUndefined();
  });

  it('are not known where the login may pull alone', async () => {
    const registry = await registryFor({ lists: false });
    const store = storesAt(registry.host)('a');
    const image = sample('unlisted');
    await pushImage(store, image, '1.0');
    expect(await store.tags()).toBeUndefined();
    expect([...(await findEvidence(store, [image.index.descriptor.digest])).tags]).toEqual([]);
  });

  it('do not go round in circles', async () => {
    const registry = await registryFor({
      faults: ({ path }) => ({
        status: 200,
        headers: { link: `<${path}>; rel="next"` },
        body: JSON.stringify({ tags: ['a'] }),
      }),
    });
    await expect(storesAt(registry.host)('a').tags()).rejects.toMatchObject({ code: 'REGISTRY' });
  });
});

describe('an immutable tag', () => {
  it('may be written again with what it names, and with nothing else', async () => {
    const store = storesAt((await registryFor({ immutableTags: true })).host)('a');
    const [image, other] = [sample('immutable'), sample('other')];
    await pushImage(store, image, '1.0');
    await store.putManifest(image.index, '1.0');
    const moving = pushImage(store, other, '1.0');
    await expect(moving).rejects.toMatchObject({ code: 'TAG_MOVED' });
    expect((await store.head('1.0'))?.digest).toBe(image.index.descriptor.digest);
  });

  it('is not blamed for a manifest that is refused for its content', async () => {
    const body = JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] });
    let isRefusing = false;
    const registry = await registryFor({
      faults: ({ method }) => (isRefusing && method === 'PUT' ? { status: 400, body } : undefined),
    });
    const store = storesAt(registry.host)('a');
    await pushImage(store, sample('first'), '1.0');
    isRefusing = true;
    const writing = store.putManifest(sample('second').index, '1.0');
    await expect(writing).rejects.toMatchObject({ code: 'REGISTRY', status: 400 });
  });
});
