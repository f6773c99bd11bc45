import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { build, push } from '../e2e/shop.ts';
import { pushFiles } from '../forges/github-fixture.ts';
import { APP, READER, tokenOf } from '../servers/github.ts';
import { createStage } from './github-stage.ts';
import { useActions } from './step.ts';

describe('actions on GitHub, without a checkout', () => {
  const runStep = useActions();

  it('take a build to production over a pull request and its review', async () => {
    const { host, server, run } = await createStage(runStep);
    await push(build('1.0.0'), `${host}/build/api:1.0.0`);
    const dev = await run('promote', { environment: 'dev', images: `api=${host}/build/api:1.0.0` });
    expect(dev).toMatchObject({ failed: false, outputs: { state: 'done', changed: 'true' } });
    const proposed = await run('promote', { environment: 'production' });
    const url = `${server.url}/acme/gitops/pull/1`;
    expect(proposed).toMatchObject({
      failed: false,
      outputs: { state: 'waiting', changed: 'true', 'pull-request-url': url },
    });
    expect(JSON.parse(proposed.outputs.promotions ?? '')).toMatchObject([{ pullRequest: url }]);
    const notices = proposed.commands.filter(({ name }) => name === 'notice');
    expect(notices.map(({ text }) => text)).toEqual([
      expect.stringMatching(new RegExp(`approval waiting.* ${url}$`)),
    ]);
    await server.as('alice', 'POST', 'pulls/1/reviews', { event: 'APPROVE', body: 'good' });
    const approved = await run('promote', { environment: 'production' });
    expect(approved.outputs).toMatchObject({ state: 'waiting', 'pull-request-url': url });
    await server.as('alice', 'PUT', 'pulls/1/merge', { merge_method: 'squash' });
    const merged = await run('promote', { environment: 'production' });
    expect(merged.outputs).toMatchObject({ state: 'nothing', changed: 'false' });
    const { outputs, summary } = await run('status');
    expect(JSON.parse(outputs.board ?? '').images).toMatchObject([{ image: 'api' }]);
    expect(summary).toContain('### Status of promotions');
    expect(summary).toContain('| api |');
  });

  it('make the board for a site, with all that is known where members alone see it', async () => {
    const { server, run, release } = await createStage(runStep);
    await release('1.0.0');
    await run('promote', { environment: 'production' });
    server.world.settings.grants = { contents: 'read', 'pull-requests': 'read', pages: 'read' };
    const workspace = await mkdtemp(join(tmpdir(), 'promote-site-'));
    onTestFinished(() => rm(workspace, { recursive: true }));
    const board = async (inputs = {}) => await run('board', inputs, { workspace });
    const made = await board();
    expect(made, made.log).toMatchObject({ failed: false, outputs: { path: 'site' } });
    const page = await readFile(join(workspace, 'site/index.html'), 'utf8');
    expect(page).toContain('"gate":"approval","kind":"waiting"');
    server.world.settings.isPublic = true;
    const refused = await board();
    expect(refused).toMatchObject({ failed: true });
    expect(refused.log).toContain('acme/gitops is public');
    expect(await board({ public: 'true' })).toMatchObject({ failed: false });
    expect(await readFile(join(workspace, 'site/index.html'), 'utf8')).not.toMatch(/alice|127\.0\.0\.1/);
  });

  it('take six requests at most where there is nothing to do, and one less where the event names the branch', async () => {
    const { server, run, release } = await createStage(runStep, 'pullRequest: { merge: automatic }');
    await release('1.0.0');
    await run('promote', { environment: 'production' });
    server.calls();
    const event = { repository: { default_branch: 'main' } };
    const first = await run('promote', { environment: 'production' });
    expect(first.outputs).toMatchObject({ state: 'nothing', changed: 'false' });
    const calls = server.calls();
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(6);
    expect((await run('promote', { environment: 'production' }, { event })).outputs.state).toBe('nothing');
    expect(server.calls()).toHaveLength(calls.length - 1);
  });

  it('ask for no review of what a person declined', async () => {
    const { server, run, release } = await createStage(runStep);
    await release('1.0.0');
    await run('promote', { environment: 'production' });
    await server.as('alice', 'PATCH', 'pulls/1', { state: 'closed' });
    const declined = await run('promote', { environment: 'production' });
    expect(declined).toMatchObject({ failed: false, outputs: { state: 'nothing', changed: 'false' } });
    expect(declined.commands.filter(({ name }) => name !== 'add-mask')).toEqual([]);
  });

  it('let through what a protected environment was asked for, and nothing newer', async () => {
    const { host, server, run } = await createStage(runStep, 'gates: { approval: { by: environment } }');
    const release = async (version: string) => {
      await push(build(version), `${host}/build/api:${version}`);
      await run('promote', { environment: 'dev', images: `api=${host}/build/api:${version}` });
    };
    await release('1.0.0');
    const planned = await run('promote', { environment: 'production', 'plan-only': 'true' });
    const environments = [{ id: 1, name: 'production' }];
    const user = { id: 5, login: 'alice' };
    server.world.approvals.set(7, [{ state: 'approved', comment: 'go', environments, user }]);
    const bound = { environment: 'production', 'plan-digest': planned.outputs['plan-digest'] ?? '' };
    expect((await run('promote', { environment: 'production' })).summary).toContain('approval waiting');
    expect((await run('promote', bound)).summary).toContain('approval open');
    await release('1.1.0');
    expect((await run('promote', bound)).summary).toContain('approval waiting');
  });

  it('annotate a bad environments file that was never checked out', async () => {
    const { server, run } = await createStage(runStep);
    await pushFiles(server, { 'environments.yaml': 'version: 1\nimages: {}\nenvironment: {}\n' });
    const { failed, commands } = await run('status');
    expect(failed).toBe(true);
    expect(commands.map(({ properties }) => properties)).toContainEqual(
      expect.stringMatching(/file=environments\.yaml,line=3,/),
    );
  });

  it('reach the repository as a GitHub App', async () => {
    const { server, run } = await createStage(runStep);
    const app = { 'app-id': String(APP), 'app-key': server.appKey };
    expect(await run('status', app)).toMatchObject({ failed: false });
  });

  it('fail where the token may not write, and change nothing', async () => {
    const { host, server, run } = await createStage(runStep);
    const head = async () => (await server.as('alice', 'GET', 'git/ref/heads%2Fmain')).body;
    const before = await head();
    await push(build('1.0.0'), `${host}/build/api:1.0.0`);
    const images = `api=${host}/build/api:1.0.0`;
    const denied = await run('promote', { environment: 'dev', images, token: tokenOf(READER) });
    expect(denied).toMatchObject({ failed: true, outputs: {} });
    expect(await head()).toEqual(before);
  });
});
