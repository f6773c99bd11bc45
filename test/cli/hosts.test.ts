import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runPromote } from '../built/run-promote.ts';
import { build, push } from '../e2e/shop.ts';
import { createWorld } from '../e2e/world.ts';
import { registryFor } from '../registry/remote-place.ts';
import { startProxy } from '../servers/proxy.ts';

const ELSEWHERE = 'elsewhere.test';

it('--insecure, or an environments file, reaches a registry that is not of this machine by plain HTTP', async () => {
  const { host } = await registryFor();
  await push(build('1.0', 1, 1), `${host}/team/api:1.0`);
  const proxy = await startProxy(ELSEWHERE);
  onTestFinished(() => proxy.close());
  const name = host.replace('127.0.0.1', ELSEWHERE);
  const inspect = async (...given: readonly string[]) =>
    await runPromote('/', { HTTP_PROXY: proxy.url }, ['inspect', `${name}/team/api:1.0`, ...given]);
  expect(await inspect('--insecure', name)).toMatchObject({ code: 0 });
  expect(await inspect('--insecure', 'another.test')).toMatchObject({ code: 1 });
  expect(await inspect('--insecure', '*')).toMatchObject({ code: 2 });
  const world = await createWorld({ 'environments.yaml': environmentsFile(name, '{ insecure: true }') });
  onTestFinished(() => world.close());
  const path = join(world.repository, 'environments.yaml');
  expect(await inspect('--file', path)).toMatchObject({ code: 0 });
});

it('an environments file has images copied from the mirrors that it names', async () => {
  const [origin, mirror] = [await registryFor(), await registryFor()];
  const world = await createWorld({
    'environments.yaml': environmentsFile(origin.host, `{ mirrors: ["${mirror.host}/cache"], requests: 2 }`),
    'dev.yaml': 'image:\n  repository: oci:../dev/api\n  tag: "0"\n',
  });
  onTestFinished(() => world.close());
  const image = build('1.0', 1, 1);
  for (const place of [`${origin.host}/api:1.0`, `${mirror.host}/cache/api:1.0`]) await push(image, place);
  for (const { requests } of [origin, mirror]) requests();
  expect(await world.run('apply', 'dev', '--image', `api=${origin.host}/api:1.0`)).toMatchObject({ code: 0 });
  expect(mirror.requests().filter(({ path }) => path.includes('/blobs/')).length).toBeGreaterThan(0);
  expect(origin.requests().filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
});

function environmentsFile(host: string, rule: string): string {
  return `version: 1
images: { api: {} }
hosts: { "${host}": ${rule} }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev.yaml"], commit: direct }
`;
}
