import { describe, expect, it } from 'vitest';
import { githubPlace } from './github-place.ts';
import { createPullStage } from './review-stage.ts';

const APPROVED = ['gates: { approval: { count: 1 } }'];

/** Two of the base, two trees, the pull requests, reviews and their people, statuses; and one for an open rollback. */
const WAITING = 12;

/** What a first proposal asks besides, over a history of 200 commits: two pages, and about four requests for each. */
const FIRST = 40;

describe('requests to GitHub', () => {
  it('stay few when a pull request is opened and while it waits, however long the history of its files is', async () => {
    const place = await githubPlace();
    const stage = await createPullStage(place, APPROVED);
    for (let change = 0; change < 200; change += 1) {
      await place.push({ 'production/other.yaml': `replicas: ${change}\n` });
    }
    await stage.release('1.0.0');
    await stage.checkOut('production/other.yaml');
    place.calls();
    expect(await stage.apply()).toBe('waiting');
    const first = place.calls();
    expect(first.length, first.join('\n')).toBeLessThanOrEqual(FIRST);
    const counted = async () => {
      place.calls();
      expect(await stage.apply()).toBe('waiting');
      const calls = place.calls();
      expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(WAITING);
    };
    await counted();
    await stage.approve('alice');
    await stage.apply();
    expect(await stage.status()).toBe('success');
    await counted();
  });

  const ASKS = 'pullRequest: { labels: [l], reviewers: [bob, acme/release-managers], assignees: [alice] }';

  it.each([
    [20, 'alone', APPROVED],
    [23, 'with a label, reviewers and an assignee', [...APPROVED, ASKS]],
  ])(
    'are at most %d for a pull request over 500 files from a local checkout, %s',
    async (most, _, settings) => {
      const place = await githubPlace();
      const stage = await createPullStage(place, settings);
      const text = 'image:\n  repository: oci:production/api\n  tag: "0"\n';
      const paths = Array.from({ length: 499 }, (_, index) => `production/api-${index}.yaml`);
      await place.push(Object.fromEntries(paths.map(path => [path, `# ${path}\n${text}`])));
      await stage.release('1.0.0');
      await stage.checkOut(...paths);
      place.calls();
      expect(await stage.apply()).toBe('waiting');
      const calls = place.calls();
      expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(most);
      expect((await stage.newest()).body).toContain('<summary>Files (500)</summary>');
    },
  );
});
