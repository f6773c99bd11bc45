import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const BRANCH = 'promote/production/all';
const TWO = ['gates: { approval: { count: 2 } }'];

describeWith(['git'], 'a pull request that a person pushed to', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('is left alone, and says so', async () => {
    shop = await createReviewWorld(TWO);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.commit(BRANCH, 'README.md', 'mine\n');
    await shop.release('1.1.0');
    const head = await shop.world.git('rev-parse', BRANCH);
    expect(await shop.apply()).toMatchObject({ state: 'closed', groups: [{ pins: { kind: 'stopped' } }] });
    expect([await shop.world.git('rev-parse', BRANCH), await shop.status()]).toEqual([head, 'failure']);
    expect(await shop.forge.pulls()).toMatchObject([{ body: expect.stringContaining('CAUTION') }]);
  });

  it('has no approval where its head changes something else', async () => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    await shop.commit(BRANCH, 'README.md', 'mine\n');
    await shop.forge.review('alice');
    expect((await shop.apply()).state).toBe('closed');
    expect([await shop.status(), await shop.promoted()]).toEqual(['failure', []]);
  });

  it.each([
    ['a link', ['--cacheinfo', '120000,HASH,link']],
    ['an executable bit', ['--cacheinfo', '100755,HASH,README.md']],
  ])('has no approval where its head brings %s', async (_, entry) => {
    shop = await createReviewWorld(['gates: { approval: {} }']);
    await shop.release('1.0.0');
    await shop.apply();
    const { git } = shop.world;
    await git('checkout', '--quiet', BRANCH);
    const blob = await git('rev-parse', 'HEAD:README.md');
    await git('update-index', '--add', ...entry.map(part => part.replace('HASH', blob)));
    await git('commit', '--quiet', '--message=By hand');
    await git('checkout', '--quiet', '--force', 'main');
    await shop.forge.review('alice');
    expect((await shop.apply()).state).toBe('closed');
    expect([await shop.status(), await shop.promoted()]).toEqual(['failure', []]);
  });
});
