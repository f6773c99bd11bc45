import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

describeWith(['git'], 'a directory that cannot be written', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it('fails its own group with its path, and takes no other down', async () => {
    const settings = ['commit: direct', 'pullRequest: { group: image }'];
    shop = await createReviewWorld(settings, { images: ['api', 'web'] });
    for (const image of ['api', 'web']) await shop.release('1.0.0', image);
    const blocked = join(shop.world.directory, 'production/api/.partial');
    await mkdir(dirname(blocked), { recursive: true });
    await writeFile(blocked, '');
    const { state, groups } = await shop.apply();
    expect(state).toBe('failed');
    expect(groups).toMatchObject([
      { failed: { code: 'SYSTEM', message: expect.stringContaining(blocked) } },
      { done: { copied: 1, pins: { kind: 'committed' } } },
    ]);
    expect(await shop.promoted('web')).toEqual(['1.0.0']);
  });

  it('is named where it is the repository', async () => {
    shop = await createReviewWorld(['commit: direct']);
    await shop.release('1.0.0');
    await shop.world.git('pack-refs', '--all');
    // Where the lock of a branch would be made.
    const refs = join(shop.world.repository, '.git/refs/heads');
    await rm(refs, { recursive: true });
    await writeFile(refs, '');
    expect(await shop.apply()).toMatchObject({
      state: 'failed',
      groups: [{ failed: { code: 'SYSTEM', message: expect.stringContaining(refs) } }],
    });
  });
});
