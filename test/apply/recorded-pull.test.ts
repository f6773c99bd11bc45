import { afterEach, expect, it } from 'vitest';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { findRecord } from '../../src/records/find.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

describeWith(['git'], 'the record of a promotion', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('names the pull request of its own plan, and none that ended before', async () => {
    const signer = await newSigner();
    shop = await createReviewWorld(['gates: { approval: {} }'], { signer });
    await shop.release('1.0.0');
    await shop.apply();
    const [first] = await shop.forge.pulls();
    await shop.forge.review('alice');
    await shop.apply();
    expect(await recordedFor('1.0.0')).toBe(first?.url);
    await shop.forge.end('merged');
    await shop.release('1.1.0');
    Object.assign(shop.environments.environments[1]?.gates ?? {}, { approval: undefined });
    await shop.apply();
    expect(await shop.forge.pulls()).toHaveLength(2);
    expect(await recordedFor('1.1.0')).toBeUndefined();

    async function recordedFor(version: string) {
      const repository = 'oci:../production/api';
      const store = shop.effects.store(parseRepositoryName(repository));
      const digest = (await store.head(version))?.digest;
      if (digest === undefined) throw new Error(`${version} is not there`);
      const referrers = await store.referrers(digest);
      const { trust } = signer;
      const search = { store, referrers, digest, trust, environment: 'production', repository };
      const record = await findRecord(search);
      expect(record?.digest).toBe(digest);
      return record?.pullRequestUrl;
    }
  });
});
