import { afterEach, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';

describeWith(['git'], 'an approved pull request whose tags come from the image', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it.each([
    ['its version', 'tags: ["{version}"]'],
    ['its platforms', 'tags: ["{tag}", { name: "{tag}-{arch}", platforms: each }]'],
  ])('is kept when a newer build comes, since %s is read again', async (_, tags) => {
    shop = await createReviewWorld(['gates: { approval: {} }', tags]);
    const first = await released('1.0.0');
    await shop.apply();
    await shop.forge.review('alice');
    await shop.apply();
    expect(await shop.status()).toBe('success');
    await released('1.1.0');
    await shop.apply();
    expect(await shop.status()).toBe('success');
    expect(await shop.world.git('show', `${BRANCH}:production/api.yaml`)).toContain(first);
  });

  /** Builds a version under a tag that does not name it, and puts it into dev; returns its digest. */
  async function released(version: string): Promise<string> {
    const tag = `build-${version.replaceAll('.', '')}`;
    const image = buildImage({
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      layers: [version],
      annotations: { 'org.opencontainers.image.version': version },
    });
    await pushImage(shop.effects.store(parseRepositoryName('oci:../build/api')), image, tag);
    await shop.apply({ environment: 'dev', images: new Map([['api', `oci:../build/api:${tag}`]]) });
    return image.index.descriptor.digest;
  }
});
