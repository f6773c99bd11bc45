import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, it } from 'vitest';
import { memberKey, shardMembers } from '../../src/plan/shards.ts';
import { CLI, COMPILED } from '../built/run-promote.ts';
import { BROUGHT, createFleet, type Fleet, PROMOTED } from './fleet.ts';

const WHOLE = ['apply', '--plan', '../plan.json'];
const SHARDS = 8;

it('a shard brings its images alone, and neither tags, records nor pins them', async () => {
  await using fleet = await createFleet(3);
  const { world, images, registry } = fleet;
  const { plans, weights } = await fleet.plan();
  expect(Object.values(weights).every(weight => weight > 0)).toBe(true);
  const bytes = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  expect(fleet.forecast).toMatchObject({
    images: 50_000,
    bytes: Math.ceil((bytes * 50_000) / 3),
    forgeRequests: 0,
  });
  const own = shardMembers(plans, new Map(Object.entries(weights)), { index: 2, count: 2 });
  expect(own.size).toBe(1);
  const shard = [...WHOLE, '--only', 'images', '--shard', '2/2', '--format', 'json'];
  const ran = await world.run(...shard);
  expect([ran.code, JSON.parse(ran.stdout).state]).toEqual([0, 'waiting']);
  for (const image of images) {
    const expected = own.has(memberKey('all', image))
      ? BROUGHT
      : { isWhole: false, tags: [], signatures: 0, records: 0 };
    expect([image, await fleet.state(image)]).toEqual([image, expected]);
  }
  expect(await world.git('log', '--format=%s')).toBe('Start');
  registry.requests();
  expect(await world.run(...shard)).toMatchObject({ code: 0 });
  expect(registry.requests().filter(isWrite)).toEqual([]);
  const { code, stderr } = await world.run(...WHOLE);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^1 image was there without tags, for up to \d+ min: a clean-up must leave/m);
  await expectPromoted(fleet);
});

it('the last writer brings again what a clean-up took of a shard’s images', async () => {
  const taken = new Set<string>();
  const faults = ({ method, path }: { readonly method: string; readonly path: string }) => {
    const isAsked = method === 'HEAD' && [...taken].some(part => path.includes(part));
    if (method === 'PUT' || (method === 'POST' && path.includes('/uploads/'))) taken.clear();
    return isAsked ? { status: 404 } : undefined;
  };
  await using fleet = await createFleet(1, '', { faults });
  expect(await fleet.world.run(...WHOLE, '--only', 'images')).toMatchObject({ code: 0 });
  taken.add('/v2/dev/image-0/blobs/');
  const ran = await fleet.world.run(...WHOLE, '--format', 'json');
  expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'done', groups: [{ result: { copied: 1 } }] });
  await expectPromoted(fleet);
});

it('a shard brings nothing while a gate waits', async () => {
  await using fleet = await createFleet(1, ', gates: { approval: { by: stated, count: 1 } }');
  const { world, registry } = fleet;
  registry.requests();
  const ran = await world.run(...WHOLE, '--only', 'images', '--shard', '1/1', '--format', 'json');
  expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'waiting', groups: [{ result: null }] });
  expect(registry.requests().filter(isWrite)).toEqual([]);
});

it('takes a shard of a plan file alone', async () => {
  await using fleet = await createFleet(1);
  const wrong = [
    [...WHOLE, '--shard', '1/2'],
    [...WHOLE, '--only', 'images', '--shard', '3/2'],
    [...WHOLE, '--only', 'images', '--shard', '0/2'],
    [...WHOLE, '--only', 'images', '--wait', '1m'],
    ['apply', 'dev', '--only', 'images'],
  ];
  for (const words of wrong) expect([words, (await fleet.world.run(...words)).code]).toEqual([words, 2]);
});

/** How many images the eight processes share; PROMOTE_FLEET=2000 takes five minutes. */
const FLEET = Number(process.env.PROMOTE_FLEET ?? 12);

it('eight processes, one of them killed, end as one process would', { timeout: FLEET * 20_000 }, async () => {
  const victim: { pid?: number | undefined; share?: ReadonlySet<string> } = {};
  const faults = ({ method, path }: { readonly method: string; readonly path: string }) => {
    const [, image = ''] = /^\/v2\/dev\/([^/]+)\/manifests\//.exec(path) ?? [];
    if (method === 'PUT' && victim.pid !== undefined && victim.share?.has(memberKey('all', image))) {
      process.kill(victim.pid, 'SIGKILL');
      victim.pid = undefined;
    }
    return undefined;
  };
  await using fleet = await createFleet(FLEET, '', { faults });
  const { world, images } = fleet;
  const { plans, weights } = await fleet.plan();
  victim.share = shardMembers(plans, new Map(Object.entries(weights)), { index: 3, count: SHARDS });
  const ended = Array.from({ length: SHARDS }, async (_, at) => {
    const args = [...WHOLE, '--only', 'images', '--shard', `${at + 1}/${SHARDS}`];
    const env = { ...COMPILED, ...world.env };
    const child = spawn(process.execPath, [CLI, ...args], { cwd: world.repository, env, stdio: 'ignore' });
    if (at === 2) victim.pid = child.pid;
    return await once(child, 'exit');
  });
  const exits = await Promise.all(ended);
  expect(exits.map(([code, signal]) => code ?? signal)).toEqual(
    exits.map((_, at) => (at === 2 ? 'SIGKILL' : 0)),
  );
  const states = await Promise.all(images.map(image => fleet.state(image)));
  expect(states.flatMap(({ tags, records }) => [...tags, records].filter(Boolean))).toEqual([]);
  const whole = states.filter(({ isWhole }) => isWhole).length;
  expect(whole).toBeGreaterThanOrEqual(FLEET - victim.share.size);
  expect(await world.git('log', '--format=%s')).toBe('Start');
  expect(await world.run(...WHOLE)).toMatchObject({ code: 0 });
  await expectPromoted(fleet);
});

/** Everything is as one run would leave it, and another run changes nothing. */
async function expectPromoted({ world, registry, images, state }: Fleet): Promise<void> {
  for (const image of images) {
    expect([image, await state(image)]).toEqual([image, PROMOTED]);
  }
  const pinned = await world.git('grep', '-l', 'tag: "1@sha256:', 'HEAD', '--', 'dev');
  expect(pinned.split('\n').length).toBe(images.length);
  expect(await world.git('rev-list', '--count', 'HEAD')).toBe('2');
  registry.requests();
  expect(await world.run(...WHOLE)).toMatchObject({ code: 0 });
  expect(registry.requests().filter(isWrite)).toEqual([]);
  expect(await world.git('rev-list', '--count', 'HEAD')).toBe('2');
}

function isWrite({ method }: { readonly method: string }): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
