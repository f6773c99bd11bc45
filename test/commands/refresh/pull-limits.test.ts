import { afterEach, expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from './base-world.ts';
import { outcomes, runRefresh } from './run-refresh.ts';

let world: BaseWorld;
let remaining: number;
afterEach(async () => await world.close());

/** A registry that counts pulls as Docker Hub does: manifests by GET, and each answer says how many are left. */
async function start(refresh: string, left: number): Promise<void> {
  remaining = left;
  world = await createBaseWorld(refresh, {
    headers: ({ method, path }) => {
      if (!path.includes('/manifests/')) return {};
      if (method === 'GET') remaining -= 1;
      return {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': `${remaining};w=21600`,
        'docker-ratelimit-source': '203.0.113.7',
      };
    },
  });
}

async function publishTwo(): Promise<void> {
  const files = ['a', 'b'].map(async name => {
    const old = await world.publish(`base/${name}:1`, [`old ${name}`]);
    await world.publish(`base/${name}:1`, [`new ${name}`]);
    return [`${name}/Dockerfile`, `FROM HOST/base/${name}:1@${old}\n`] as const;
  });
  await world.put(Object.fromEntries(await Promise.all(files)));
}

it('stops before a registry refuses, says how much is left, and goes on when it lets more be pulled', async () => {
  await start('{}', 1000);
  await publishTwo();
  remaining = 20;
  const ran = await world.run('refresh', '--format', 'json');
  expect(ran.code).toBe(0);
  const [{ groups }] = JSON.parse(ran.stdout).repositories;
  expect(groups.map(({ outcome }: { outcome: { kind: string } }) => outcome.kind)).toEqual([
    'opened',
    'postponed',
  ]);
  expect(groups[1].outcome.reason).toMatch(
    / of 100 manifests be pulled within 6 hours, counted for 203.0.113.7/,
  );
  // A tenth of the limit is left to others that it counts for.
  expect(remaining).toBeGreaterThanOrEqual(10);
  remaining = 100;
  expect((await world.run('refresh')).stdout).toContain('opened');
});

it('asks what tags name by HEAD, which costs no pull, however little is left', async () => {
  await start('{}', 1000);
  const digest = await world.publish('base/a:1', ['a']);
  await world.put({ Dockerfile: `FROM HOST/base/a:1@${digest}\n` });
  remaining = 0;
  const [result] = await runRefresh(world);
  expect(result).toMatchObject({ current: 1, groups: [], left: [] });
});

it('waits where an age cannot be asked for', async () => {
  await start('{ minimumAge: 1d }', 1000);
  await publishTwo();
  remaining = 0;
  const [result] = await runRefresh(world);
  expect(outcomes(result === undefined ? [] : [result])).toEqual([]);
  expect(result?.left.map(({ why }) => why)).toEqual(['waiting', 'waiting']);
});
