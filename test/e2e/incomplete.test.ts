import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { describeWith } from '../servers/tools.ts';
import { damageTo } from './damage.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describeWith(['docker-registry', 'git'], 'a target that kept only part of an image', () => {
  let registry: DockerRegistry;
  let world: World;

  beforeEach(async () => {
    registry = await startDockerRegistry();
    world = await createShop({ near: registry.host, far: registry.host });
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('has all of it before a pin names it', async () => {
    const source = `${registry.host}/build/api:1.0.0`;
    const digest = await push(build('1.0.0'), source);
    await push(build('1.0.0'), `${registry.host}/dev/api:kept`);
    const damage = damageTo(registry.host, 'dev/api');
    const child = await damage.child(digest);
    await damage.deleteManifest(child);
    expect(await world.run('apply', 'dev', '--image', `api=${source}`)).toMatchObject({ code: 0 });
    expect(await world.read('dev/values.yaml')).toContain(digest);
    const accept = 'application/vnd.oci.image.manifest.v1+json';
    const found = await fetch(`http://${registry.host}/v2/dev/api/manifests/${child}`, {
      headers: { accept },
    });
    expect(found.status).toBe(200);
  });
});
