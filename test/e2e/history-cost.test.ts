import { expect, it } from 'vitest';
import { githubPlace } from './github-place.ts';
import { createStage } from './review-stage.ts';

const COMMITS = 220;

/** A tree and a blob for each commit that is shown, and for 20 more, which tell what went back to something older. */
const MOST = 2 * (5 + 20);

it('a history on GitHub costs requests for what is shown, however long it is', async () => {
  const place = await githubPlace();
  const { result } = await createStage(place);
  for (let version = 1; version <= COMMITS; version += 1) {
    const tag = `${version}.0.0@sha256:${String(version).padStart(64, '0')}`;
    const text = `image:\n  repository: oci:production/api\n  tag: "${tag}"\n`;
    await place.push({ 'production/api.yaml': text });
  }
  place.calls();
  const { events } = await result('history', 'production', '--limit', '5');
  expect(events).toHaveLength(5);
  expect(place.calls().length).toBeLessThanOrEqual(MOST + 15);
}, 120_000);
