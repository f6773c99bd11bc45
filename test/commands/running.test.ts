import { afterEach, expect, it } from 'vitest';
import { environmentNamed } from '../../src/environments/locate.ts';
import { PromoteError } from '../../src/errors.ts';
import { findRunning } from '../../src/facts/running/find-running.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseManifest } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { readPods } from '../../src/plan/running/pods.ts';
import { readClosure } from '../../src/registry/closure.ts';
import { isRolledOut, type Running } from '../../src/reports/running.ts';
import type { Effects } from '../../src/run/effects.ts';
import { createReviewWorld, type ReviewWorld } from '../apply/review-world.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import { onePod, type PodSketch, podList } from '../fixtures/pods.ts';
import { describeWith } from '../servers/tools.ts';

const PRODUCTION = parseRepositoryName('oci:../production/api');

describeWith(['git'], 'what a cluster runs', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is what is pinned, what was pinned before, or what never was', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const [first, second] = [await promote('1.0.0'), await promote('1.1.0')];
    const found = await look([
      { image: `${PRODUCTION}@${second}` },
      { image: `${PRODUCTION}@${first}` },
      { image: `${PRODUCTION}@${digestNamed('strange')}` },
    ]);
    const states = found.images.flatMap(({ containers }) => containers.map(({ state }) => state));
    expect(states).toEqual(['rolled-out', 'former', 'never-promoted']);
    expect(isRolledOut(found, false)).toBe(false);
    expect(found.failures).toEqual([]);
  });

  it('is what was pinned before where a pod was changed in place', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const [first, second] = [await promote('1.0.0'), await promote('1.1.0')];
    const image = `${PRODUCTION}@${second}`;
    const found = await look([{ image, imageId: `${PRODUCTION}@${first}` }]);
    expect(found.images).toMatchObject([{ containers: [{ state: 'former', digest: first }] }]);
    expect(isRolledOut(found, true)).toBe(false);
  });

  it('is not as pinned where the environment pins nothing', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.commit('main', 'production/api.yaml', 'replicas: 1\n');
    const found = await look([{ image: `${PRODUCTION}:1.0.0`, imageId: digestNamed('any') }]);
    expect(found).toMatchObject({ elsewhere: 0, images: [{ containers: [{ state: 'never-promoted' }] }] });
    expect([isRolledOut(found, true), isRolledOut(await look([]), true)]).toEqual([false, false]);
  });

  it('is named by a platform or a configuration, too', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const [first, second] = [await promote('1.0.0'), await promote('1.1.0')];
    const [platform, config] = await partsOf(second);
    const [former] = await partsOf(first);
    const found = await look([
      { image: `${PRODUCTION}@${platform}` },
      { image: `${PRODUCTION}:1.1.0`, imageId: config },
      { image: `${PRODUCTION}@${former}` },
    ]);
    expect(found.images).toMatchObject([
      {
        containers: [
          { state: 'rolled-out', digest: second },
          { state: 'rolled-out', digest: second, isByTag: true },
          { state: 'former', digest: first },
        ],
      },
    ]);
    expect(found.failures).toEqual([]);
  });

  it('asks no registry where everything is pinned by its digest', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const digest = await promote('1.0.0');
    const refuse = () => {
      throw new Error('nothing is asked');
    };
    const effects = { ...shop.effects, store: refuse };
    const found = await look([{ image: `${PRODUCTION}@${digest}` }], effects);
    expect(isRolledOut(found, false)).toBe(true);
  });

  it('is not known where the registry does not answer, which is told', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await promote('1.0.0');
    const { effects } = shop;
    const broken = (name: typeof PRODUCTION) => ({
      ...effects.store(name),
      head: () => Promise.reject(new PromoteError('UNREACHABLE', 'it does not answer')),
    });
    const found = await look([{ image: `${PRODUCTION}@${digestNamed('platform')}` }], {
      ...effects,
      store: broken,
    });
    expect(found.failures).toMatchObject([{ code: 'UNREACHABLE' }]);
  });

  it('counts images of other environments and others apart, and an image that nothing runs', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await promote('1.0.0');
    const found = await look([{ image: 'oci:../dev/api:1.0.0' }, { image: 'docker.io/library/redis:8' }]);
    expect(found).toMatchObject({ elsewhere: 1, others: 1, images: [{ image: 'api', containers: [] }] });
    expect([isRolledOut(found, false), isRolledOut(found, true)]).toEqual([false, true]);
  });

  it('is not judged by a pin without a digest, which is told', async () => {
    shop = await createReviewWorld(['commit: direct']);
    const found = await look([{ image: `${PRODUCTION}:0`, imageId: digestNamed('any') }]);
    expect(found.failures).toMatchObject([{ message: expect.stringContaining('production/api.yaml:3') }]);
  });

  async function promote(version: string): Promise<Digest> {
    await shop.release(version);
    await shop.apply();
    const found = await shop.effects.store(PRODUCTION).head(version);
    if (found === undefined) throw new Error(`no ${version}`);
    return found.digest;
  }

  async function partsOf(digest: Digest): Promise<readonly [platform: Digest, config: Digest]> {
    const { manifests } = await readClosure(shop.effects.store(PRODUCTION), digest);
    for (const content of manifests) {
      const manifest = parseManifest(content);
      if (manifest.kind === 'image') return [content.descriptor.digest, manifest.config.digest];
    }
    throw new Error('no platform');
  }

  async function look(pods: readonly PodSketch[], effects: Effects = shop.effects): Promise<Running> {
    const production = environmentNamed(shop.environments, 'production');
    const list = readPods(podList(pods.map(onePod)), 'pods.json');
    return await findRunning(effects, shop.environments, production, list);
  }
});
