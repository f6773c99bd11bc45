import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseManifest } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import type { Store } from '../../src/registry/store.ts';
import { watchedStore } from '../registry/watched-store.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const SIGNER = await newSigner();
const TARGET = parseRepositoryName('oci:../production/api');

describeWith(['git'], 'an image that is promoted', () => {
  let shop: ReviewWorld;
  beforeEach(async () => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER });
    await shop.release('1.0.0');
  });
  afterEach(async () => await shop.world.close());

  it('is completed where its target has lost a part of it', async () => {
    const { store } = shop.effects;
    const [source, target] = [store(parseRepositoryName('oci:../dev/api')), store(TARGET)];
    const { descriptor } = await copyImage({ source, target, from: '1.0.0', evidence: 'none' });
    const [child] = (await checkClosure(target, descriptor.digest)).lacks;
    expect(child).toBeUndefined();
    const root = await target.manifest(descriptor.digest);
    const manifest = root && parseManifest(root);
    const [platform] = manifest?.kind === 'index' ? manifest.manifests : [];
    await rm(join(shop.world.directory, 'production/api/blobs', ...(platform?.digest ?? '').split(':')));
    expect((await checkClosure(target, descriptor.digest)).lacks).toHaveLength(1);
    expect(await shop.apply()).toMatchObject({ state: 'done', groups: [{ done: { copied: 1 } }] });
    expect((await checkClosure(target, descriptor.digest)).lacks).toEqual([]);
  });

  it('is completed before its tag is set again, though its pins are right', async () => {
    const { digest } =
      (await shop.effects.store(parseRepositoryName('oci:../dev/api')).head('1.0.0')) ?? expect.fail();
    await shop.apply();
    const target = shop.effects.store(TARGET);
    const root = (await target.manifest(digest)) ?? expect.fail('no image');
    const manifest = parseManifest(root);
    const [platform] = manifest.kind === 'index' ? manifest.manifests : [];
    const place = join(shop.world.directory, 'production/api');
    await rm(join(place, 'blobs', ...(platform?.digest ?? '').split(':')));
    const index = await readFile(join(place, 'index.json'), 'utf8');
    await writeFile(join(place, 'index.json'), index.replaceAll('"1.0.0"', '"0.9.0"'));
    expect(await shop.apply()).toMatchObject({ state: 'done', groups: [{ done: { copied: 1 } }] });
    expect((await target.head('1.0.0'))?.digest).toBe(digest);
    expect((await checkClosure(target, digest)).lacks).toEqual([]);
  });

  it('is read back: where it is gone again, nothing is recorded, tagged or pinned', async () => {
    const { store } = shop.effects;
    const forgetting = (name: Store['name']): Store => {
      const opened = store(name);
      if (name !== TARGET) return opened;
      return { ...watchedStore(opened, () => undefined), manifest: async () => undefined };
    };
    Object.assign(shop.effects, { store: forgetting });
    expect(await shop.apply()).toMatchObject({
      state: 'failed',
      groups: [{ failed: { code: 'NOT_FOUND' } }],
    });
    const [source, target] = [store(parseRepositoryName('oci:../dev/api')), store(TARGET)];
    const { digest } = (await source.head('1.0.0')) ?? expect.fail('no release');
    // The source's evidence was carried, and nothing was added to it.
    expect(await target.referrers(digest)).toHaveLength((await source.referrers(digest)).length);
    expect(await target.tags()).toEqual([]);
    expect(await shop.world.read('production/api.yaml')).not.toContain('sha256:');
  });
});
