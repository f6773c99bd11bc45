import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const HOLD =
  '- { environment: production, image: api, digest: all, reason: slow, by: bob, since: "2026-11-01T00:00:00Z" }\n';

describeWith(['git'], 'a hold that is set while promote works on a pull request', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Sets the hold once, as somebody's commit on the base. */
  function holding(): () => Promise<void> {
    let isDue = true;
    return async () => {
      if (!isDue) return;
      isDue = false;
      await shop.commit('main', 'promote-holds.yaml', HOLD);
    };
  }

  it('is found before anything is proposed', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    const hold = holding();
    const { find } = shop.forge.pullRequests;
    const held: typeof find = async (branch, base) => {
      await hold();
      return await find(branch, base);
    };
    Object.assign(shop.forge.pullRequests, { find: held });
    expect((await shop.apply()).state).toBe('closed');
    expect(await shop.forge.pulls()).toEqual([]);
    expect(await shop.world.git('branch', '--list', 'promote/*')).toBe('');
  });

  it('is found before a pull request is opened for a branch that a crash left', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    const { open, find } = shop.forge.pullRequests;
    const dies: typeof open = async () => Promise.reject(new Error('killed'));
    Object.assign(shop.forge.pullRequests, { open: dies });
    await expect(shop.apply()).rejects.toThrow('killed');
    const hold = holding();
    const held: typeof find = async (branch, base) => {
      await hold();
      return await find(branch, base);
    };
    Object.assign(shop.forge.pullRequests, { open, find: held });
    expect((await shop.apply()).state).toBe('closed');
    expect(await shop.forge.pulls()).toEqual([]);
  });

  it.each(['manual', 'automatic'])('turns nothing green while images are copied (merge: %s)', async merge => {
    shop = await createReviewWorld([`pullRequest: { merge: ${merge} }`]);
    await shop.release('1.0.0');
    const hold = holding();
    const { store } = shop.effects;
    const held: typeof store = name => {
      const opened = store(name);
      const put = opened.putManifest.bind(opened);
      const putManifest: typeof put = async (...rest) => {
        await hold();
        return await put(...rest);
      };
      return Object.assign(opened, { putManifest });
    };
    Object.assign(shop.effects, { store: held });
    expect((await shop.apply()).state).toBe('closed');
    const statuses = [...shop.forge.statuses.values()].map(({ state }) => state);
    expect(statuses).not.toContain('success');
    expect(await shop.world.read('production/api.yaml')).not.toContain('1.0.0@');
  });

  it.each(['open', 'update'] as const)(
    'turns nothing green while its pull request is told (%s)',
    async seen => {
      shop = await createReviewWorld([seen === 'open' ? 'commit: pull-request' : 'gates: { approval: {} }']);
      await shop.release('1.0.0');
      if (seen === 'update') {
        await shop.apply();
        await shop.forge.review('alice');
      }
      const hold = holding();
      const write = shop.forge.pullRequests[seen] as (...asked: readonly unknown[]) => Promise<unknown>;
      const held = async (...asked: readonly unknown[]) => {
        const made = await write(...asked);
        await hold();
        return made;
      };
      Object.assign(shop.forge.pullRequests, { [seen]: held });
      expect((await shop.apply()).state).toBe('closed');
      expect(await shop.world.git('log', '--format=%s', '-1')).toBe('By hand');
      expect([...shop.forge.statuses.values()].map(({ state }) => state)).not.toContain('success');
    },
  );

  it('keeps a green pull request from being merged, and turns it back', async () => {
    shop = await createReviewWorld(['pullRequest: { merge: automatic }']);
    await shop.release('1.0.0');
    const hold = holding();
    const { setStatus } = shop.forge.pullRequests;
    const held: typeof setStatus = async (commit, status) => {
      const isNew = await setStatus(commit, status);
      if (status.state === 'success') await hold();
      return isNew;
    };
    Object.assign(shop.forge.pullRequests, { setStatus: held });
    expect((await shop.apply()).state).toBe('closed');
    expect([await shop.status(), await shop.forge.pulls()]).toMatchObject(['failure', [{ state: 'open' }]]);
    expect(await shop.world.read('production/api.yaml')).not.toContain('1.0.0@');
  });
});
