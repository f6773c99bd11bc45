import { afterEach, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { digestNamed } from '../fixtures/candidates.ts';
import type { PodSketch } from '../fixtures/pods.ts';
import { describeWith } from '../servers/tools.ts';
import { clusterVerdict } from './cluster-verdict.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const DEV = 'oci:../dev/api';

describeWith(['git'], 'a soak that asks for a running image', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** A shop whose dev pins 1.0.0 since noon of the 20th; answers the image by its digest. */
  async function world(soak = '{ for: 24h, running: true }'): Promise<string> {
    shop = await createReviewWorld([`gates: { soak: ${soak} }`]);
    await shop.release('1.0.0');
    Object.assign(shop.forge, { mergedAt: async () => new Date('2026-11-20T12:00:00Z') });
    const found = await shop.effects.store(parseRepositoryName(DEV)).head('1.0.0');
    return `${DEV}@${found?.digest}`;
  }

  /** The gate's answer at a time, and the clusters that were asked. */
  async function soak(at: string, pods: readonly PodSketch[] | PromoteError) {
    return await clusterVerdict(shop, 'soak', at, pods);
  }

  it('begins with the oldest container that runs it, and opens by itself', async () => {
    const image = await world('{ for: 24h, running: true, context: dev, namespaces: [shop] }');
    const pods = [
      { image, startedAt: '2026-11-20T18:00:00Z' },
      { image, name: 'other', startedAt: '2026-11-21T08:00:00Z' },
    ];
    const early = await soak('2026-11-21T12:00:00Z', pods);
    expect(early.verdict).toMatchObject({
      kind: 'waiting',
      reason: 'running in dev since 2026-11-20T18:00Z; opens at 2026-11-21T18:00Z',
    });
    expect(early.asked).toEqual([{ context: 'dev', namespaces: ['shop'] }]);
    expect(await shop.promoted()).toEqual([]);
    expect((await soak('2026-11-21T18:00:00Z', pods)).verdict).toMatchObject({ kind: 'open' });
    expect(await shop.promoted()).toEqual(['1.0.0']);
  });

  it('begins no earlier than the pin', async () => {
    const image = await world();
    const { verdict } = await soak('2026-11-21T11:00:00Z', [{ image, startedAt: '2026-11-01T00:00:00Z' }]);
    expect(verdict).toMatchObject({ kind: 'waiting', opensIn: 'open in 1 h' });
  });

  it.each<[string, (image: string) => readonly PodSketch[] | PromoteError, string]>([
    ['a container is not ready', image => [{ image }, { image, isReady: false }], 'is pending'],
    ['another digest runs', () => [{ image: `${DEV}@${digestNamed('strange')}` }], 'is failed'],
    ['nothing runs it', () => [], 'no container asks for the image'],
    ['no container says since when', image => [{ image, startedAt: 'x' }], 'does not say since when'],
    ['the cluster does not answer', () => new PromoteError('UNREACHABLE', 'no answer'), 'no answer'],
    ['the login is refused', () => new PromoteError('UNAUTHORIZED', 'not accepted'), 'not accepted'],
  ])('waits for ever where %s', async (_, pods, words) => {
    const image = await world();
    const { verdict } = await soak('2030-01-01T00:00:00Z', pods(image));
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: expect.stringMatching(new RegExp(`^it soaks only once it runs: .*${words}`)),
    });
    expect(await shop.promoted()).toEqual([]);
  });
});
