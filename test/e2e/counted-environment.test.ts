import { describe, expect, it } from 'vitest';
import { GIT } from '../git/fixture.ts';
import { fields } from '../servers/github/request.ts';
import { githubPlace } from './github-place.ts';
import { gitlabPlace } from './gitlab-place.ts';
import type { Env, ReviewPlace } from './review-place.ts';
import { createStage } from './review-stage.ts';

/** A forge, and the job that people let into its protected environment. */
interface Protected {
  readonly place: ReviewPlace;
  readonly job: Env;
  /** Somebody lets the job in. */
  approve(): void;
}

/** The most requests of each run, by forge. */
const GITHUB = { plan: 8, wait: 11, done: 16, again: 5 };
const GITLAB = { plan: 9, wait: 14, done: 19, again: 6 };

async function onGitHub(): Promise<Protected> {
  const place = await githubPlace();
  const job = { GITHUB_EVENT_NAME: 'schedule', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1' };
  const environments = [{ id: 1, name: 'production' }];
  const user = { id: 5, login: 'alice' };
  const approval = { state: 'approved', comment: 'go', environments, user };
  const { approvals } = place.server.world;
  approvals.set(7, []);
  return { place, job, approve: () => approvals.set(7, [approval]) };
}

async function onGitLab(): Promise<Protected> {
  const place = await gitlabPlace();
  const job = { ...place.pulls.startedBy('alice'), CI_ENVIRONMENT_NAME: 'production', CI_JOB_ID: '42' };
  const approvals: { readonly username: string; readonly status: string }[] = [];
  place.server.world.deployments.push({ id: 3, environment: 'production', job: 42, approvals });
  return { place, job, approve: () => approvals.push({ username: 'carol', status: 'approved' }) };
}

describe('a protected environment from beginning to end, its calls counted', () => {
  it.each([
    ['GitHub', onGitHub, GITHUB],
    ...(GIT === undefined ? [] : ([['GitLab', onGitLab, GITLAB]] as const)),
  ] as const)('on %s', async (_, start, most) => {
    const { place, job, approve } = await start();
    const stage = await createStage(place, ['commit: direct', 'gates: { approval: { by: environment } }']);
    await stage.release('1.0.0');
    const counted = async (bound: number, ...args: readonly string[]) => {
      place.calls();
      const { stdout } = await stage.run(args, job);
      const calls = place.calls();
      expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(bound);
      return fields(JSON.parse(stdout)).state;
    };
    await counted(most.plan, 'plan', 'production', '--out', 'plan.json');
    const apply = ['apply', 'production', '--plan', 'plan.json'];
    expect(await counted(most.wait, ...apply)).toBe('waiting');
    approve();
    expect(await counted(most.done, ...apply)).toBe('done');
    expect(await place.file('production/api.yaml')).toContain('1.0.0@');
    expect(await counted(most.again, ...apply)).toBe('nothing');
  });
});
