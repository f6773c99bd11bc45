import { describe, expect, it } from 'vitest';
import { GIT } from '../git/fixture.ts';
import { type GitHubPlace, githubPlace } from './github-place.ts';
import { type GitLabPlace, gitlabPlace } from './gitlab-place.ts';
import { createInterruptedStage, type InterruptedStage, type Server } from './interrupted-stage.ts';

type Start = () => Promise<GitHubPlace | GitLabPlace>;
type Dying = 'proposing' | 'promoting';

describe('a promotion through a pull request', () => {
  it('is completed after it died at any of its writes to GitHub or the registry', async () => {
    await interruptEverywhere(githubPlace, ['forge', 'registry'], { proposing: 3, promoting: 10 });
  }, 600_000);

  it.runIf(GIT !== undefined)(
    'is completed after it died at any of its writes to GitLab',
    async () => {
      await interruptEverywhere(gitlabPlace, ['forge'], { proposing: 3, promoting: 3 });
    },
    600_000,
  );
});

/** Two runs with a review in between; each is killed at its first write, its second, and so on until it ends. */
async function interruptEverywhere(
  start: Start,
  diesAt: readonly Server[],
  atLeast: Readonly<Record<Dying, number>>,
): Promise<void> {
  for (const dying of ['proposing', 'promoting'] as const) {
    let write = 1;
    while (await interrupt(await createInterruptedStage(await start(), diesAt), dying, write)) write += 1;
    expect(write).toBeGreaterThan(atLeast[dying]);
  }
}

async function interrupt(stage: InterruptedStage, dying: Dying, write: number): Promise<boolean> {
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
