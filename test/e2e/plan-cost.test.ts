import { expect, it } from 'vitest';
import { createFleet } from './fleet.ts';

it('a plan over what is promoted asks three requests an image, and says what it did not read', async () => {
  await using fleet = await createFleet(2);
  const { world, images, registry } = fleet;
  expect(await world.run('apply', '--plan', '../plan.json')).toMatchObject({ code: 0 });
  const named = images.flatMap(image => ['--image', `${image}=${registry.host}/build/${image}:1`]);
  registry.requests();
  const ran = await world.run('plan', 'dev', ...named, '--format', 'json');
  const asked = registry
    .requests()
    .map(({ method, path }) => `${method} ${path.replace(/sha256:[0-9a-f]+/, '<digest>')}`);
  const expected = images.flatMap(image => [
    `HEAD /v2/build/${image}/manifests/1`,
    `HEAD /v2/dev/${image}/manifests/1`,
    `GET /v2/dev/${image}/referrers/<digest>`,
  ]);
  expect(asked.toSorted()).toEqual(expected.toSorted());
  const { groups, evidenceSearched } = JSON.parse(ran.stdout);
  expect(evidenceSearched).toBe(false);
  expect(groups[0].state).toBe('nothing');
  expect(groups[0].images).toMatchObject(images.map(() => ({ verified: false })));
  await world.run('plan', 'dev', ...named, '--verify', '--format', 'json');
  expect(registry.requests().length).toBeGreaterThan(asked.length);
});
