import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { build, createShop, push } from '../e2e/shop.ts';
import type { World } from '../e2e/world.ts';
import { startRegistry } from '../servers/registry.ts';
import { type Ended, type Step, useActions } from './step.ts';

describe('actions/promote', () => {
  const runStep = useActions();
  let shop: World;
  let host: string;
  beforeEach(async () => {
    const registry = await startRegistry();
    host = registry.host;
    shop = await createShop({ near: host, far: host });
    onTestFinished(async () => {
      await shop.close();
      await registry.stop();
    });
  });

  async function promote(inputs: Step['inputs'], step: Partial<Step> = {}): Promise<Ended> {
    return await runStep({ action: 'promote', inputs, workspace: shop.repository, ...step });
  }

  async function release(version: string): Promise<Ended> {
    await push(build(version), `${host}/build/api:${version}`);
    return await promote({ environment: 'dev', images: `api=${host}/build/api:${version}` });
  }

  it('promotes a build, shows later jobs what it did, and does nothing twice', async () => {
    const first = await release('1.0.0');
    const [digest, state] = [build('1.0.0').index.descriptor.digest, 'done'];
    expect(first).toMatchObject({
      failed: false,
      outputs: { state, changed: 'true', 'pull-request-url': '' },
    });
    const plan = first.outputs['plan-digest'];
    expect(plan).toMatch(/^sha256:[0-9a-f]{64}$/);
    const targets = [{ repository: `${host}/dev/api`, tags: ['1.0.0'] }];
    expect(JSON.parse(first.outputs.promotions ?? '')).toMatchObject([
      { image: 'api', digest, targets, plan, state, pullRequest: null },
    ]);
    expect(first.summary).toMatch(/^### dev/);
    expect(await shop.git('show', 'main:dev/values.yaml')).toContain(digest);
    const second = await release('1.0.0');
    expect(second.outputs).toMatchObject({ state: 'nothing', changed: 'false', promotions: '[]' });
  });

  it('plans without writing, and carries out that plan and no other', async () => {
    await release('1.0.0');
    const before = await shop.git('rev-parse', 'main');
    const planned = await promote({ environment: 'qa', 'plan-only': 'true' });
    expect(planned).toMatchObject({ failed: false, outputs: { state: 'waiting', changed: 'true' } });
    expect(await shop.git('rev-parse', 'main')).toBe(before);
    const reported = await promote({ environment: 'qa', 'plan-only': 'true', report: 'scan.json' });
    expect(reported.failed).toBe(true);
    const { plan = '' } = planned.outputs;
    expect((await promote({ environment: 'production', plan })).failed).toBe(true);
    await release('1.1.0');
    expect((await promote({ environment: 'qa', plan })).failed).toBe(true);
    const { outputs } = await promote({ environment: 'qa', 'plan-only': 'true' });
    const done = await promote({ environment: 'qa', plan: outputs.plan ?? '' });
    expect(done.outputs).toMatchObject({ state: 'done', 'plan-digest': outputs['plan-digest'] });
  });

  it('brings the images of a share of the plan, which a job after it ends', async () => {
    await release('1.0.0');
    const before = await shop.git('rev-parse', 'main');
    const planned = await promote({ environment: 'qa', 'plan-only': 'true', shards: '8' });
    expect(planned.outputs.shards).toBe('["1/1"]');
    const plan = planned.outputs['plan-file'] ?? '';
    expect(JSON.parse(await readFile(plan, 'utf8')).weights).toEqual({ 'all/api': expect.any(Number) });
    const shard = { environment: 'qa', plan, only: 'images', shard: '1/1' };
    const brought = await promote(shard);
    expect(brought).toMatchObject({ failed: false, outputs: { state: 'waiting', changed: 'true' } });
    expect((await promote(shard)).outputs).toMatchObject({ changed: 'false' });
    expect(await shop.git('rev-parse', 'main')).toBe(before);
    expect((await promote({ environment: 'qa', plan })).outputs).toMatchObject({ state: 'done' });
    expect((await promote({ environment: 'qa', shard: '1/1' })).failed).toBe(true);
    expect((await promote({ environment: 'qa', plan, only: 'images', shard: '2/1' })).failed).toBe(true);
  });

  it('annotates what waits, and goes on once it is approved', async () => {
    await release('1.0.0');
    await promote({ environment: 'qa' });
    const waiting = await promote({ environment: 'production' });
    expect(waiting).toMatchObject({ failed: false, outputs: { state: 'waiting', changed: 'false' } });
    expect(waiting.commands.filter(({ name }) => name === 'notice')).toHaveLength(1);
    const approved = await promote({ environment: 'production', 'approved-by': 'alice' });
    expect(approved).toMatchObject({ failed: false, outputs: { state: 'done' } });
    expect(approved.commands.filter(({ name }) => name === 'notice')).toEqual([]);
  });

  it.each([
    ['true', true, 'error'],
    ['false', false, 'warning'],
  ])('annotates a closed gate; with fail-on-closed: %s the step fails: %s', async (input, failed, level) => {
    await release('1.1.0');
    await push(build('1.0.0'), `${host}/build/api:1.0.0`);
    const images = `api=${host}/build/api:1.0.0`;
    const closed = await promote({ environment: 'dev', images, 'fail-on-closed': input });
    expect(closed).toMatchObject({ failed, outputs: { state: 'closed', changed: 'false' } });
    expect(closed.commands.map(({ name }) => name)).toContain(level);
  });

  it('annotates what failed, and still shows what came of it', async () => {
    const images = `api=${host}/build/api:1.0.0@sha256:${'0'.repeat(64)}`;
    const { failed, commands, outputs, summary } = await promote({ environment: 'dev', images });
    expect([failed, outputs.state]).toEqual([true, 'failed']);
    expect(commands.filter(({ name }) => name === 'error').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^api: copy from .* there is no such image/),
      'a group failed',
    ]);
    expect(summary).toContain('there is no such image');
  });

  it('annotates each problem of the environments file at its line', async () => {
    await shop.write('environments.yaml', 'version: 1\nimages: {}\nenvironments:\n  dev: { form: build }\n');
    await shop.git('commit', '--quiet', '--all', '--message=Break it');
    const { failed, commands } = await promote({ environment: 'dev' });
    expect(failed).toBe(true);
    const [first] = commands.filter(({ name, properties }) => name === 'error' && properties !== '');
    expect(first?.properties).toMatch(/file=environments\.yaml,.*line=[24],/);
  });

  it("lets a fork's pull request plan, and nothing more", async () => {
    await push(build('1.0.0'), `${host}/build/api:1.0.0`);
    const inputs = { environment: 'dev', images: `api=${host}/build/api:1.0.0` };
    const env = { GITHUB_REPOSITORY: 'acme/gitops', GITHUB_EVENT_NAME: 'pull_request' };
    const from = (name: string | null) => ({
      pull_request: { head: { repo: name === null ? null : { full_name: name } } },
    });
    for (const event of [from('mallory/gitops'), from(null)]) {
      const refused = await promote(inputs, { env, event });
      expect(refused).toMatchObject({ failed: true, outputs: {} });
      expect((await promote({ ...inputs, 'plan-only': 'true' }, { env, event })).failed).toBe(false);
    }
    const target = { ...env, GITHUB_EVENT_NAME: 'pull_request_target' };
    expect((await promote(inputs, { env: target, event: from('acme/gitops') })).failed).toBe(true);
    expect((await promote(inputs, { env, event: from('acme/gitops') })).outputs.state).toBe('done');
  });
});
