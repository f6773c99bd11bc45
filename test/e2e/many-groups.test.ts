import { expect, it } from 'vitest';
import { githubPlace } from './github-place.ts';
import { createPullStage } from './review-stage.ts';

const IMAGES = Array.from({ length: 5 }, (_, at) => `image-${at}`);

it('asks GitHub no more for many groups that wait with a review each than for a few', async () => {
  const place = await githubPlace();
  const settings = ['pullRequest: { group: image }', 'gates: { approval: { count: 2 } }'];
  const stage = await createPullStage(place, settings, IMAGES);
  await stage.releaseAll('1.0.0');
  place.calls();
  await stage.apply();
  // What a commit, a tree or a blob holds never changes.
  const fixed = place
    .calls()
    .filter(line => /^GET \S+\/(git\/(commits|trees|blobs)\/|commits\?sha=)/.test(line));
  expect(fixed).toEqual([...new Set(fixed)]);
  for (const { number } of await stage.pulls.list()) await stage.pulls.approve(number, 'alice');
  await stage.apply();
  place.calls();
  expect(await stage.apply()).toBe('waiting');
  const calls = place.calls();
  expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(14);
});
