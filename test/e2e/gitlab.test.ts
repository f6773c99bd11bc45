import { expect, it } from 'vitest';
import { fields } from '../servers/github/request.ts';
import { describeWith } from '../servers/tools.ts';
import { gitlabPlace } from './gitlab-place.ts';
import { createPullStage } from './review-stage.ts';

const ONE = ['gates: { approval: { count: 1 } }'];

describeWith(['git'], 'the command line on GitLab', () => {
  it('takes four requests where nothing is to do, and writes none where it waits', async () => {
    const { server, apply, release, approve, merge, checkOut } = await staged(ONE);
    const cost = async (state: string) => {
      await checkOut();
      server.calls();
      expect(await apply()).toBe(state);
      return server.calls();
    };
    await release('1.0.0');
    await apply();
    const isContent = (call: string) => /\/repository\/(?:commits|tree)\b.*(?:\?|\/diff)/.test(call);
    const waiting = (await cost('waiting')).filter(call => !isContent(call));
    // Three of them say who pushed what: versions, events, and the commit.
    expect(waiting.length, waiting.join('\n')).toBeLessThanOrEqual(10);
    await approve('alice');
    await apply();
    await merge();
    const nothing = await cost('nothing');
    expect(nothing.length, nothing.join('\n')).toBeLessThanOrEqual(4);
  });

  it('does with the job token what that suffices for, and names the token that merge requests need', async () => {
    const place = await gitlabPlace();
    const { run, release, result } = await createPullStage(place, ONE);
    await release('1.0.0');
    const job = { PROMOTE_GITLAB_TOKEN: '' };
    const direct = ['apply', 'dev', '--image', 'api=oci:build/api:1.0.0'];
    expect(await run(direct, job)).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing') });
    expect(await run(['plan', 'production'], job)).toMatchObject({ code: 0 });
    const refused = await run(['apply', 'production'], job);
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([
      1,
      expect.stringMatching(/PROMOTE_GITLAB_TOKEN.*scope api and role Developer/),
    ]);
    expect(await result('apply', 'production')).toMatchObject({ state: 'waiting' });
  });

  it.each([
    ['carol', 'done'],
    ['alice', 'waiting'],
  ])(
    'takes the approval of its deployment by %s, for the plan of an earlier job alone',
    async (name, state) => {
      const { place, result, run, release } = await protectedStage();
      await release('1.0.0');
      place.server.world.deployments.push({
        id: 3,
        environment: 'production',
        job: 42,
        approvals: [{ username: name, status: 'approved' }],
      });
      const job = { ...place.pulls.startedBy('alice'), CI_ENVIRONMENT_NAME: 'production', CI_JOB_ID: '42' };
      const apply = async (...args: readonly string[]) => {
        const { stdout } = await run(['apply', 'production', ...args], job);
        return fields(JSON.parse(stdout)).state;
      };
      expect(await apply()).toBe('waiting');
      await result('plan', 'production', '--out', 'plan.json');
      expect(await apply('--plan', 'plan.json')).toBe(state);
      const isPromoted = (await place.file('production/api.yaml')).includes('1.0.0@');
      expect(isPromoted).toBe(state === 'done');
    },
  );

  it('counts no approval by the bot that opened the merge request', async () => {
    const { apply, release, approve, tags } = await staged(ONE);
    await release('1.0.0');
    await apply();
    await approve('promote');
    expect([await apply(), await tags()]).toEqual(['waiting', []]);
  });
});

async function protectedStage() {
  const place = await gitlabPlace();
  const settings = ['commit: direct', 'gates: { approval: { by: environment, count: 1 } }'];
  return { place, ...(await createPullStage(place, settings)) };
}

async function staged(settings: readonly string[]) {
  const place = await gitlabPlace();
  return { server: place.server, ...(await createPullStage(place, settings)) };
}
