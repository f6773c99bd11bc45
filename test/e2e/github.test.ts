import { describe, expect, it } from 'vitest';
import { items } from '../servers/github/request.ts';
import { createGitHubStage } from './github-stage.ts';

const TWO = ['gates: { approval: { count: 2 } }'];

describe('the command line on GitHub, without a checkout', () => {
  it('goes from the pull request over two reviews and the merge to nothing to do', async () => {
    const { result, release, approve, merge, status, tags } = await createGitHubStage(TWO);
    await release('1.0.0');
    expect(await result('apply', 'production')).toMatchObject({ state: 'waiting' });
    await approve('alice');
    expect(await result('apply', 'production')).toMatchObject({ state: 'waiting' });
    expect([await tags(), await status()]).toEqual([[], 'pending']);
    await approve('bob');
    await result('apply', 'production');
    expect([await tags(), await status()]).toEqual([['1.0.0'], 'success']);
    await merge();
    expect(await result('apply', 'production')).toMatchObject({ state: 'nothing' });
    expect(await result('verify', 'production')).toMatchObject({ sound: true });
  });

  it('takes at most six requests where there is nothing to do and a checkout is at hand', async () => {
    const { server, result, release, approve, merge, checkOut } = await createGitHubStage(TWO);
    await release('1.0.0');
    await result('apply', 'production');
    for (const name of ['alice', 'bob']) await approve(name);
    await result('apply', 'production');
    await merge();
    await checkOut();
    server.calls();
    expect(await result('apply', 'production')).toMatchObject({ state: 'nothing' });
    const calls = server.calls();
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(6);
    expect(calls.filter(call => call.includes('/blobs/'))).toEqual([]);
  });

  it('rolls back by a reviewed pull request that another run leaves as it is, and is done after the merge', async () => {
    const { server, result, release, approve, merge, status, file, pulls } = await createGitHubStage([
      'gates: { approval: { count: 1 } }',
    ]);
    for (const version of ['1.0.0', '1.1.0']) {
      await release(version);
      await result('apply', 'production');
      await approve('alice');
      await result('apply', 'production');
      await merge();
    }
    const back = async () => await result('rollback', 'production', '--yes', '--reason', 'it broke');
    expect(await back()).toMatchObject({ state: 'waiting' });
    server.calls();
    expect(await back()).toMatchObject({ state: 'waiting' });
    expect(server.calls().filter(call => !call.startsWith('GET'))).toEqual([]);
    expect(await status()).toBe('pending');
    await approve('bob');
    await back();
    expect([(await pulls())[0], await status()]).toEqual(['promote/production/rollback+api open', 'success']);
    await merge();
    expect(await file('production/api.yaml')).toContain('1.0.0@');
    expect(await file('promote-holds.yaml')).toContain('it broke');
    const after = await server.as('alice', 'GET', 'pulls?state=open');
    expect(items(after.body)).toEqual([]);
  });

  it('holds and lifts by pull requests', async () => {
    const { result, release, merge, file, pulls } = await createGitHubStage([]);
    await release('1.0.0');
    await result('hold', 'production', 'api', '--reason', 'not before the fair');
    expect(await pulls()).toEqual(['promote/production/hold+api open']);
    await merge();
    expect(await file('promote-holds.yaml')).toContain('not before the fair');
    await result('lift', 'production', 'api');
    expect((await pulls())[0]).toBe('promote/production/hold+api open');
    await merge();
    expect(await file('promote-holds.yaml')).toContain('lifted');
  });

  it('repairs an early merge under the reviews that its pull request had', async () => {
    const { result, release, approve, merge, tags } = await createGitHubStage(TWO);
    await release('1.0.0');
    await result('apply', 'production');
    for (const name of ['alice', 'bob']) await approve(name);
    await merge();
    expect(await result('verify', 'production', '--repair')).toMatchObject({ sound: true });
    expect(await tags()).toEqual(['1.0.0']);
  });

  it.each([
    ['pull_request_target', { GITHUB_EVENT_NAME: 'pull_request_target' }],
    ["a fork's merge request", { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7', CI_PROJECT_ID: '8' }],
  ])('changes nothing for %s, and plans', async (_, env) => {
    const { run, server, release } = await createGitHubStage([]);
    await release('1.0.0');
    server.calls();
    const refused = await run(['apply', 'production'], env);
    expect([refused.code, server.calls()]).toEqual([1, []]);
    expect((await run(['plan', 'production'], env)).code).toBe(0);
  });
});
