import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { PromoteError } from '../../src/errors.ts';
import type { Forge } from '../../src/forges/forge.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, REQUEST, type ReviewWorld } from './review-world.ts';

const IMAGES = ['a', 'b', 'c', 'd', 'e', 'f'];
const EACH = ['pullRequest: { group: image }', 'gates: { approval: {} }'];

describeWith(['git'], 'several groups of one run with pull requests', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('are opened at the same time, four at most, and each once', async () => {
    await released(EACH);
    const seen = watched({ together: 4 });
    expect((await promote(seen.forge)).groups.map(({ decision }) => decision.group)).toEqual(IMAGES);
    expect(seen.most()).toBe(4);
    const pulls = await shop.forge.pulls();
    expect(pulls.map(({ branch }) => branch).toSorted()).toEqual(
      IMAGES.map(image => `promote/production/${image}`),
    );
    shop.forge.calls();
    expect(await promote(shop.forge)).toMatchObject({ state: 'waiting' });
    expect(shop.forge.calls().filter(call => call.endsWith('!'))).toEqual([]);
  });

  it('are proposed one after the other where promote merges them', async () => {
    await released(['pullRequest: { group: image, merge: automatic }']);
    const seen = watched();
    const { groups } = await promote(seen.forge);
    expect(groups.map(({ done }) => done?.copied)).toEqual(IMAGES.map(() => 1));
    expect(seen.most()).toBe(1);
  });

  it('do not fail with one of them', async () => {
    await released(EACH);
    const seen = watched({ isDown: branch => branch.endsWith('/b') });
    const { state, groups } = await promote(seen.forge);
    expect(state).toBe('failed');
    expect(
      groups.flatMap(({ decision, failed }) => (failed ? [decision.group, failed.message] : [])),
    ).toEqual(['b', 'the forge is down']);
    expect((await shop.forge.pulls()).length).toBe(IMAGES.length - 1);
  });

  it('are not begun once the plan of one no longer holds', async () => {
    await released(['pullRequest: { group: image }']);
    const open = shop.effects.store;
    let isFirst = true;
    const store: typeof open = name => {
      const opened = open(name);
      const putManifest: typeof opened.putManifest = async (content, tag) => {
        if (isFirst) await stop();
        return await opened.putManifest(content, tag);
      };
      return name.startsWith('oci:../production/') ? { ...opened, putManifest } : opened;
    };
    const stop = async () => {
      isFirst = false;
      await shop.commit('main', 'promote-holds.yaml', STOP);
    };
    const { state } = await applyEnvironment({ ...shop.effects, store }, shop.environments, REQUEST);
    expect(state).toBe('closed');
    const [from, to] = ['dev', 'production'].map(place => open(parseRepositoryName(`oci:../${place}/f`)));
    const built = await from?.head('1.0.0');
    expect(await to?.head(built?.digest ?? '')).toBeUndefined();
    expect(await shop.forge.pulls()).toEqual([]);
  });

  async function released(settings: readonly string[]) {
    shop = await createReviewWorld(settings, { images: IMAGES });
    for (const image of IMAGES) await shop.release('1.0.0', image);
  }

  const promote = async (forge: Forge) =>
    await applyEnvironment({ ...shop.effects, forge: async () => forge }, shop.environments, REQUEST);

  /**
   * The forge, with how many pull requests were being opened at the same time. The first of them wait for as many
   * others as `together` says, for five seconds at most.
   */
  function watched({ together = 1, isDown = (_: string): boolean => false } = {}) {
    let now = 0;
    let most = 0;
    const { pullRequests } = shop.forge;
    const { promise: met, resolve } = Promise.withResolvers<void>();
    const open: Forge['pullRequests']['open'] = async (branch, ...rest) => {
      most = Math.max(most, ++now);
      if (most >= together) resolve();
      await Promise.race([met, setTimeout(5_000, undefined, { ref: false })]);
      try {
        for (let turn = 0; turn < 200; turn += 1) await setImmediate();
        if (isDown(branch)) throw new PromoteError('UNREACHABLE', 'the forge is down');
        return await pullRequests.open(branch, ...rest);
      } finally {
        now -= 1;
      }
    };
    return { forge: { ...shop.forge, pullRequests: { ...pullRequests, open } }, most: () => most };
  }
});

const STOP =
  '- { environment: production, image: "*", digest: all, reason: r, by: bob, since: "2026-11-21T11:00:00Z" }\n';
