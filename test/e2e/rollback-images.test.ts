import { expect, it } from 'vitest';
import { describeWith } from '../servers/tools.ts';
import { gitPlace } from './git-place.ts';
import { createStage } from './review-stage.ts';

describeWith(['git'], 'a rollback of images that were promoted together', () => {
  it('stops as a whole for one that a person moved, and goes back by force, or with the others', async () => {
    const { place, run, result, pinned } = await live();
    const web = await place.file('production/web.yaml');
    const byHand = web.replace(/1\.2\.0@sha256:.{64}/, `1.5.0@sha256:${'5'.repeat(64)}`);
    await place.push({ 'production/web.yaml': byHand });
    const head = await place.head('main');
    const stopped = await run(['rollback', 'production', '--yes']);
    expect([stopped.code, stopped.stdout]).toEqual([3, expect.stringContaining('production/web.yaml')]);
    expect(stopped.stdout).not.toContain('production/api.yaml 0:image has been moved');
    expect(await place.head('main')).toBe(head);

    await result('rollback', 'production', '--yes', '--image', 'api');
    expect(await pinned()).toEqual(['1.1.0', '1.5.0']);
    await result('rollback', 'production', '--yes', '--image', 'web', '--force');
    expect(await pinned()).toEqual(['1.1.0', '1.1.0']);
  });

  it('goes back to a version of one image, and asks whose it is where several had it', async () => {
    const { place, run, result, pinned } = await live();
    const head = await place.head('main');
    const asked = await run(['rollback', 'production', '--yes', '--to', '1.0.0']);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--image api')]);
    expect(await place.head('main')).toBe(head);
    await result('rollback', 'production', '--yes', '--to', '1.0.0', '--image', 'web');
    expect(await pinned()).toEqual(['1.2.0', '1.0.0']);
    await result('rollback', 'production', '--yes', '--steps', '2');
    expect(await pinned()).toEqual(['1.0.0', '1.0.0']);
  });
});

/** A shop whose production runs 1.2.0 of api and web, after 1.1.0 and 1.0.0 of both. */
async function live() {
  const place = await gitPlace();
  const stage = await createStage(place, ['commit: direct'], ['api', 'web']);
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
    await stage.releaseAll(version);
    await stage.apply();
  }
  const pinnedOf = async (image: string) =>
    /tag: "([^@"]*)/.exec(await place.file(`production/${image}.yaml`))?.[1];
  return { place, ...stage, pinned: async () => [await pinnedOf('api'), await pinnedOf('web')] };
}
