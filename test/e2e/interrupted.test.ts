import { describe, expect, it } from 'vitest';
import { GIT } from '../git/fixture.ts';
import { type GitHubPlace, githubPlace } from './github-place.ts';
import { type GitLabPlace, gitlabPlace } from './gitlab-place.ts';
import { createInterruptedStage } from './interrupted-stage.ts';

describe('a promotion through a pull request', () => {
  it('is completed after it died at any of its writes to GitHub or the registry', async () => {
    await interruptEverywhere(githubPlace);
  }, 600_000);

  it.runIf(GIT !== undefined)(
    'is completed after it died at any of its writes to GitLab or the registry',
    async () => {
      await interruptEverywhere(gitlabPlace);
    },
    600_000,
  );
});

/** Two runs with a review in between; each is killed at its first write, its second, and so on until it ends. */
async function interruptEverywhere(start: () => Promise<GitHubPlace | GitLabPlace>): Promise<void> {
  for (const dying of ['proposing', 'promoting'] as const) {
    let write = 1;
    while (await interrupt(start, dying, write)) write += 1;
    expect(write).toBeGreaterThan(dying === 'proposing' ? 3 : 10);
  }
}

async function interrupt(
  start: () => Promise<GitHubPlace | GitLabPlace>,
  dying: 'proposing' | 'promoting',
  write: number,
): Promise<boolean> {
  const stage = await createInterruptedStage(await start());
  if (dying === 'promoting') {
    await stage.apply();
    await stage.approve('alice');
  }
  const isKilled = await stage.applyAndDie(write);
  await stage.expectNoLies();
  await stage.apply();
  await stage.expectNoLies();
  if (dying === 'proposing') {
    await stage.expectProposed();
    await stage.approve('alice');
    await stage.apply();
  }
  expect(await stage.apply()).toEqual([]);
  await stage.expectDone();
  return isKilled;
}
