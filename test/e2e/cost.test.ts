import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith } from '../servers/tools.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

// The promise of the README, for an image of 3 platforms with 6 layers each and no evidence.
describeWith(['docker-registry', 'git'], 'requests to a registry', () => {
  let registry: DockerRegistry;
  let world: World;
  let source: string;
  let digest: string;

  beforeEach(async () => {
    registry = await startDockerRegistry();
    world = await createShop({ near: registry.host, far: registry.host });
    source = `${registry.host}/build/api`;
    digest = await push(build('1.0.0', 3, 6), `${source}:1.0.0`);
    await registry.requests();
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it.each([
    ['by digest', () => [`${source}@${digest}`, 'copy/api'], 30, 1],
    ['by digest, to a tag', () => [`${source}@${digest}`, 'copy/api:1.0.0'], 30, 1],
    ['by tag', () => [`${source}:1.0.0`, 'copy/api'], 30, 2],
  ])(
    'copying %s in one registry costs no more than what must be moved',
    async (_, reference, first, again) => {
      const [from = '', to = ''] = reference();
      for (const [evidence, extra] of [
        ['none', 0],
        ['all', 5],
      ] as const) {
        const copy = ['copy', '--evidence', evidence, from, `${registry.host}/${evidence}-${to}`];
        expect(await counted(copy)).toBeLessThanOrEqual(first + extra);
        expect(await counted(copy)).toBeLessThanOrEqual(again + extra);
      }
    },
  );

  it('signing, recording, tagging and reading back cost at most 18 more, and a second run at most 8', async () => {
    const copying = await counted(['copy', `${source}@${digest}`, `${registry.host}/other/api`]);
    const apply = ['apply', 'dev', '--image', `api=${source}:1.0.0@${digest}`];
    expect((await counted(apply)) - copying).toBeLessThanOrEqual(18);
    expect(await counted(apply)).toBeLessThanOrEqual(8);
  });

  async function counted(args: readonly string[]): Promise<number> {
    expect(await world.run(...args)).toMatchObject({ code: 0 });
    return (await registry.requests()).length;
  }
});
