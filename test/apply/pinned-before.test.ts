import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const APPROVED = ['gates: { approval: {} }'];
const PRODUCTION = 'production/api.yaml';

describeWith(['git'], 'a digest that was pinned in an environment before', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  /** Production pins what dev does for one commit. */
  async function pinForAWhile(): Promise<void> {
    const before = await shop.world.read(PRODUCTION);
    const dev = await shop.world.read('dev/api.yaml');
    await shop.commit('main', PRODUCTION, dev.replace('dev/api', 'production/api'));
    await shop.commit('main', PRODUCTION, before);
  }

  it('is not proposed again', async () => {
    shop = await createReviewWorld(APPROVED);
    await shop.release('one');
    await pinForAWhile();
    expect(await shop.apply()).toMatchObject({
      state: 'closed',
      groups: [{ decision: { judged: [{ verdicts: [{ gate: 'backward', kind: 'closed' }] }] } }],
    });
    expect(await shop.forge.pulls()).toEqual([]);
  });

  it('is not copied where it came and went while its pull request waited', async () => {
    shop = await createReviewWorld(APPROVED);
    await shop.release('one');
    await shop.apply();
    await pinForAWhile();
    await shop.forge.review('alice');
    expect((await shop.apply()).state).toBe('closed');
    expect([await shop.promoted(), await shop.status()]).toEqual([[], 'failure']);
  });

  it('is left out of a group whose others wait, run after run', async () => {
    shop = await createReviewWorld(APPROVED, { images: ['api', 'web'] });
    await shop.release('one');
    await pinForAWhile();
    await shop.release('one', 'web');
    for (let run = 0; run < 3; run += 1) {
      expect(await shop.apply()).toMatchObject({
        groups: [
          { decision: { members: [{ image: 'web' }] }, pins: { kind: run === 0 ? 'proposed' : 'awaiting' } },
        ],
      });
    }
    expect(await shop.forge.pulls()).toHaveLength(1);
  });
});
