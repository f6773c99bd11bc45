import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../servers/registry.ts';
import { build, createKey, push } from './shop.ts';
import { createWorld, type World } from './world.ts';

describe('an environment of several regions', () => {
  let eu: Registry;
  let us: Registry;
  let world: World;
  let usIsDown = false;

  beforeEach(async () => {
    usIsDown = true;
    eu = await startRegistry();
    us = await startRegistry({
      faults: ({ method }) => (usIsDown && method === 'PUT' ? { status: 403 } : undefined),
    });
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: {} }
signing: { key: ../cosign.key }
environments:
  production:
    from: build
    registry:
      - { push: ${eu.host}/production, pull: mirror.eu.example/production, files: ["eu/**"] }
      - { push: ${us.host}/production, files: ["us/**"] }
    files: ["{eu,us}/*.yaml"]
    commit: direct
`,
      'eu/values.yaml': 'image:\n  repository: mirror.eu.example/production/api\n  tag: "0"\n',
      'us/values.yaml': `image:\n  repository: ${us.host}/production/api\n  tag: "0"\n`,
    });
    await createKey(world);
    await push(build('1.0.0'), `${eu.host}/build/api:1.0.0`);
  });
  afterEach(async () => {
    await Promise.all([eu.stop(), us.stop(), world.close()]);
  });

  it('tags and pins nowhere until the image is everywhere, then pins each file to its region', async () => {
    const apply = ['apply', 'production', '--image', `api=${eu.host}/build/api:1.0.0`];
    expect(await world.run(...apply)).toMatchObject({ code: 1, stdout: expect.stringContaining('403') });
    expect(await tags(eu)).not.toContain('1.0.0');
    expect(await world.git('rev-list', '--count', 'HEAD')).toBe('1');

    usIsDown = false;
    expect(await world.run(...apply)).toMatchObject({ code: 0 });
    expect(await tags(eu)).toContain('1.0.0');
    expect(await tags(us)).toContain('1.0.0');
    expect(await world.read('eu/values.yaml')).toMatch(
      /mirror\.eu\.example\/production\/api\n {2}tag: "1\.0\.0@sha256:/,
    );
    expect(await world.read('us/values.yaml')).toContain(`${us.host}/production/api\n  tag: "1.0.0@sha256:`);
    expect(await world.git('rev-list', '--count', 'HEAD')).toBe('2');
  });

  it('goes back in each region with what that region has, and copies nothing from one to the other', async () => {
    usIsDown = false;
    await push(build('1.1.0'), `${eu.host}/build/api:1.1.0`);
    for (const version of ['1.0.0', '1.1.0']) {
      const apply = ['apply', 'production', '--image', `api=${eu.host}/build/api:${version}`];
      expect(await world.run(...apply)).toMatchObject({ code: 0 });
    }
    const back = await world.run('rollback', 'production', '--yes', '--format', 'json');
    expect(JSON.parse(back.stdout)).toMatchObject({ state: 'done', result: { copied: 0, present: 2 } });
    expect(await world.read('eu/values.yaml')).toMatch(
      /mirror\.eu\.example\/production\/api\n {2}tag: "1\.0\.0@/,
    );
    expect(await world.read('us/values.yaml')).toContain(`${us.host}/production/api\n  tag: "1.0.0@`);
  });

  async function tags({ host }: Registry): Promise<readonly string[]> {
    const answer = await fetch(`http://${host}/v2/production/api/tags/list?n=100`);
    const body: unknown = await answer.json();
    return (
      JSON.stringify(body)
        .match(/"[^"]+"/g)
        ?.map(text => text.slice(1, -1)) ?? []
    );
  }
});
