import { describe, expect, it } from 'vitest';
import { pushFiles } from '../forges/github-fixture.ts';
import { JOB_TOKEN } from '../servers/github/job-token.ts';
import { fields } from '../servers/github/request.ts';
import { createStage, type Stage } from './github-stage.ts';
import { type Ended, useActions } from './step.ts';

/** What templates/github/gate.yml grants. */
const GRANTS = { contents: 'read', 'pull-requests': 'read', statuses: 'write' };

describe('the gate of a branch on GitHub', () => {
  const runStep = useActions();

  it.each([
    ['README.md', 'more\n', 'success'],
    ['production/values.yaml', 'image:\n  repository: HOST/production/api\n  tag: "9"\n', 'failure'],
  ])('answers for a change of %s, with what its template grants and no more', async (path, text, state) => {
    const stage = await createStage(runStep);
    stage.server.world.settings.grants = GRANTS;
    stage.server.world.settings.mergesLate = true;
    const { number, head } = await propose(stage, path, text);
    const ended = await ask(stage, number);
    expect([ended.outputs.state, ended.failed]).toEqual([state, state === 'failure']);
    expect(await statusOf(stage, head)).toMatchObject({ context: 'promote/gate', state });
    expect(ended.summary).toContain(state === 'success' ? 'may be merged' : 'production');
  });

  it('names the right that it lacks', async () => {
    const stage = await createStage(runStep);
    stage.server.world.settings.grants = { contents: 'read', statuses: 'write' };
    const { number, head } = await propose(stage, 'README.md', 'more\n');
    const ended = await ask(stage, number);
    expect([ended.failed, await statusOf(stage, head)]).toEqual([true, undefined]);
    expect(ended.log).toContain('needs pull-requests: read');
  });

  it('answers for a fork', async () => {
    const stage = await createStage(runStep);
    const { number, head } = await propose(stage, 'README.md', 'more\n');
    stage.server.world.forked.set(number, 'fork');
    expect((await ask(stage, number)).outputs.state).toBe('success');
    expect(await statusOf(stage, head)).toMatchObject({ state: 'success' });
  });

  it('leaves a pull request of promote to apply', async () => {
    const stage = await createStage(runStep);
    await stage.release('1.0.0');
    await stage.run('promote', { environment: 'production' });
    expect((await ask(stage, 1)).outputs.state).toBe('ours');
  });

  it('answers for a merge group', async () => {
    const stage = await createStage(runStep);
    const before = String(
      fields(fields((await stage.server.as('alice', 'GET', 'git/ref/heads%2Fmain')).body).object).sha,
    );
    const after = await pushFiles(stage.server, { 'README.md': 'more\n' }, { branch: 'queue', on: 'main' });
    const merge_group = { base_sha: before, head_sha: after, base_ref: 'refs/heads/main' };
    const ended = await stage.run('gate', {}, { event: { merge_group } });
    expect(ended.outputs.state).toBe('success');
    expect(await statusOf(stage, after)).toMatchObject({ context: 'promote/gate', state: 'success' });
  });

  async function propose(stage: Stage, path: string, text: string) {
    const file = { [path]: text.replace('HOST', stage.host) };
    const head = await pushFiles(stage.server, file, { branch: 'work', on: 'main' });
    const { body } = await stage.server.as('alice', 'POST', 'pulls', {
      title: 'x',
      head: 'work',
      base: 'main',
    });
    return { number: Number(fields(body).number), head };
  }

  async function ask(stage: Stage, number: number): Promise<Ended> {
    const env = { GITHUB_EVENT_NAME: 'pull_request_target' };
    return await stage.run('gate', { token: JOB_TOKEN }, { env, event: { pull_request: { number } } });
  }

  async function statusOf({ server }: Stage, commit: string): Promise<unknown> {
    return server.world.statuses.findLast(({ sha }) => sha === commit);
  }
});
