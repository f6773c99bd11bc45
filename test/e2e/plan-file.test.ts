import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { build, createKey, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describeWith(['git'], 'a plan file', () => {
  let registry: Registry;
  let world: World;

  beforeEach(async () => {
    registry = await startRegistry();
    world = await createShop({ near: registry.host, far: registry.host });
    await deliver('1.0.0');
    await expectDone('apply', 'qa');
    expect(await world.run('plan', 'production', '--out', '../plan.json', '--exit-code')).toMatchObject({
      code: 5,
    });
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('is carried out, and finds nothing to do the second time', async () => {
    await expectDone('apply', '--plan', '../plan.json', '--approved-by', 'alice');
    expect(await world.read('production/deployment.yaml')).toContain('production/api:1.0.0@sha256:');
    const head = await world.git('rev-parse', 'HEAD');
    await expectDone('apply', '--plan', '../plan.json', '--approved-by', 'alice');
    expect(await world.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('is continued where half of its pins are written already', async () => {
    const { plans } = JSON.parse(await readFile(join(world.directory, 'plan.json'), 'utf8'));
    const [{ promotions, digest }] = plans;
    const [{ old, new: written }] = promotions[0].edits;
    await commit(
      'production/deployment.yaml',
      (await world.read('production/deployment.yaml')).replace(old, written),
    );
    const { stdout } = await world.run(
      'apply',
      '--plan',
      '../plan.json',
      '--approved-by',
      'alice',
      '--format',
      'json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'done',
      groups: [{ result: { copied: 1, pins: { kind: 'unchanged' } } }],
    });
    const records = await world.run('plan', 'production', '--format', 'json');
    expect(JSON.parse(records.stdout)).toMatchObject({ groups: [{ state: 'nothing' }] });
    expect(digest).toMatch(/^sha256:/);
  });

  it('is refused once the source has moved on', async () => {
    await deliver('1.1.0');
    await expectDone('apply', 'qa');
    await expectRefused();
  });

  it('is refused once the source went back to what is pinned', async () => {
    await expectDone('apply', '--plan', '../plan.json', '--approved-by', 'alice');
    const before = await world.read('qa/kustomization.yaml');
    await deliver('1.1.0');
    await expectDone('apply', 'qa');
    await expectDone('plan', 'production', '--out', '../plan.json');
    await commit('qa/kustomization.yaml', before);
    await expectRefused();
  });

  it('without any plan does nothing', async () => {
    const path = join(world.directory, 'plan.json');
    const empty = { ...JSON.parse(await readFile(path, 'utf8')), plans: [] };
    await world.write('../plan.json', JSON.stringify(empty));
    const head = await world.git('rev-parse', 'HEAD');
    await expectDone('apply', '--plan', '../plan.json', '--approved-by', 'alice');
    expect(await world.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('is refused once a pin took a third value', async () => {
    const text = await world.read('production/deployment.yaml');
    await commit('production/deployment.yaml', text.replace(':0.0.0', ':0.0.7'));
    await expectRefused();
  });

  it('is refused once the policy has changed', async () => {
    await commit(
      'environments.yaml',
      (await world.read('environments.yaml')).replace('"{major}"', '"{major}.{minor}"'),
    );
    await expectRefused();
  });

  it('is refused once the key is another one under the same name', async () => {
    await createKey(world);
    await expectRefused();
  });

  it('holds where a key file is merely called otherwise', async () => {
    await world.git('mv', 'cosign.pub', 'our.pub');
    const text = (await world.read('environments.yaml')).replace('cosign.pub', 'our.pub');
    await commit('environments.yaml', text);
    await expectDone('apply', '--plan', '../plan.json', '--approved-by', 'alice');
  });

  async function expectRefused(): Promise<void> {
    registry.requests();
    const ran = await world.run('apply', '--plan', '../plan.json', '--approved-by', 'alice');
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('the plan no longer holds');
    expect(registry.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  }

  async function expectDone(...args: readonly string[]): Promise<void> {
    expect(await world.run(...args)).toMatchObject({ code: 0 });
  }

  async function deliver(version: string): Promise<void> {
    await push(build(version), `${registry.host}/build/api:${version}`);
    await expectDone('apply', 'dev', '--image', `api=${registry.host}/build/api:${version}`);
  }

  async function commit(path: string, text: string): Promise<void> {
    await world.write(path, text);
    await world.git('commit', '--quiet', '--all', '--message=Change');
  }
});
