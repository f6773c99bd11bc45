import { afterEach, expect, it } from 'vitest';
import { createMemoryForge, type MemoryForge } from '../../apply/memory-forge.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';
import { outcomes, runRefresh } from './run-refresh.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 3_600_000;

/** A run so many days after the first: what became of its groups, and why references are left. */
async function run(days: number, forge?: MemoryForge) {
  const now = () => new Date(START + days * DAY);
  const results = await runRefresh(world, { now, ...(forge === undefined ? {} : { forge }) });
  return [...outcomes(results), ...results.flatMap(({ left }) => left.map(({ why }) => why))];
}

async function start(created?: string): Promise<string> {
  world = await createBaseWorld('{ minimumAge: 7d }');
  const old = await world.publish('base/node:20', ['old']);
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
  return await world.publish('base/node:20', ['new'], created === undefined ? {} : { created });
}

/** Alters what is remembered. */
async function remember(alter: (message: string) => string): Promise<void> {
  const message = await world.git('log', '-1', '--format=%B', 'promote/refresh-young');
  await world.git('switch', '--quiet', 'promote/refresh-young');
  await world.git('commit', '--quiet', '--amend', `--message=${alter(message)}`);
  await world.git('switch', '--quiet', 'main');
}

const pinned = async (forge: MemoryForge) => {
  const [pull] = await forge.pulls();
  return pull && (await world.git('show', `${pull.branch}:Dockerfile`)).split('@')[1];
};

it('counts the age of an image that does not tell it from when it was first seen, and only Git remembers', async () => {
  const digest = await start('0001-01-01T00:00:00Z');
  const forge = createMemoryForge(world);
  expect(await run(0, forge)).toEqual(['waiting']);
  const refs = await world.refs();
  const changed = await world.git('diff', '--name-only', 'main', 'promote/refresh-young');
  expect(changed).toBe('promote-refresh-young.txt');
  expect(await run(3, forge)).toEqual(['waiting']);
  expect(await run(6.9, forge)).toEqual(['waiting']);
  expect(await forge.pulls()).toEqual([]);
  expect(await world.refs()).toBe(refs);
  expect(await run(7, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(digest);
  expect(await run(8, forge)).toEqual(['held']);
});

it('does not wait for ever where the tag names another image every day', async () => {
  const first = await start();
  const forge = createMemoryForge(world);
  for (let day = 0; day < 7; day += 1) {
    expect(await run(day, forge)).toEqual(['waiting']);
    await world.publish('base/node:20', [`of day ${day}`]);
  }
  expect(await run(7, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(first);
  await forge.end('merged');
  expect(await run(8, forge)).toEqual(['waiting']);
  expect(await run(15, forge)).toEqual(['opened']);
});

it('forgets nothing of an image while its registry does not answer', async () => {
  let isDown = false;
  world = await createBaseWorld('{ minimumAge: 7d }', {
    faults: ({ path }) => (isDown && path.includes('/node/') ? { status: 403, body: '{}' } : undefined),
  });
  const [node, ruby] = [
    await world.publish('base/node:20', ['a']),
    await world.publish('base/ruby:3', ['a']),
  ];
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${node}\nFROM HOST/base/ruby:3@${ruby}\n` });
  await world.publish('base/node:20', ['b']);
  expect(await run(0)).toEqual(['waiting']);
  await world.publish('base/ruby:3', ['b']);
  isDown = true;
  expect((await run(5)).toSorted()).toEqual(['failed', 'waiting']);
  isDown = false;
  expect(await run(7)).toEqual(['opened', 'waiting']);
});

it('begins anew with what the tag names next, once a person has closed the pull request', async () => {
  await start();
  const forge = createMemoryForge(world);
  await run(0, forge);
  expect(await run(7, forge)).toEqual(['opened']);
  await forge.end('closed');
  expect(await run(8, forge)).toEqual(['declined']);
  await world.publish('base/node:20', ['newer']);
  expect(await run(9, forge)).toEqual(['waiting']);
  expect(await run(16, forge)).toEqual(['opened']);
});

it('goes on with what the tag names now where the image it waited for is gone, and remembers that', async () => {
  await start();
  await run(0);
  const gone = `sha256:${'0'.repeat(64)}`;
  await remember(message => message.replace(/(Since: .*@)\S+/, `$1${gone}`));
  expect(await run(3)).toEqual(['waiting']);
  expect(await run(9)).toEqual(['waiting']);
  expect(await run(10)).toEqual(['opened']);
});

it('neither holds up other images of its group, nor enters an open pull request while it is young', async () => {
  world = await createBaseWorld('{ minimumAge: 7d, groups: { all: ["HOST/base/*"] } }');
  const forge = createMemoryForge(world);
  const pins = ['node', 'ruby'].map(
    async name => `FROM HOST/base/${name}:1@${await world.publish(`base/${name}:1`, ['old'])}\n`,
  );
  await world.put({ Dockerfile: (await Promise.all(pins)).join('') });
  const node = await world.publish('base/node:1', ['new'], { created: '2025-12-01T00:00:00Z' });
  await world.publish('base/ruby:1', ['new']);
  expect(await run(0, forge)).toEqual(['opened', 'waiting']);
  expect(await pinned(forge)).toMatch(node);
  await world.publish('base/node:1', ['newest'], { created: '2026-01-01T00:00:00Z' });
  const refs = await world.refs();
  expect(await run(1, forge)).toEqual(['waiting', 'waiting']);
  expect(await world.refs()).not.toBe(refs);
  expect(await pinned(forge)).toMatch(node);
  expect(await run(8, forge)).toEqual(['updated']);
});

it('forgets nothing where a run is asked about some files alone', async () => {
  world = await createBaseWorld('{ minimumAge: 7d }');
  for (const name of ['a', 'b']) {
    const old = await world.publish(`base/${name}:1`, ['old']);
    await world.put({ [`${name}/Dockerfile`]: `FROM HOST/base/${name}:1@${old}\n` });
    await world.publish(`base/${name}:1`, ['new']);
  }
  await world.run('refresh', 'a');
  await world.run('refresh', 'b');
  const message = await world.git('log', '-1', '--format=%B', 'promote/refresh-young');
  expect(message.match(/^Promote-Since: /gm)).toHaveLength(2);
});

it('remembers a bounded number of images that a run was not asked about', async () => {
  await start();
  await run(0);
  const lines = Array.from(
    { length: 300 },
    (_, tag) => `Promote-Since: a/b:${tag}@sha256:${'1'.repeat(64)} 2026-01-01`,
  );
  await remember(message => [message.trimEnd(), ...lines].join('\n'));
  const old = await world.publish('base/ruby:1', ['old']);
  await world.put({ 'web/Dockerfile': `FROM HOST/base/ruby:1@${old}\n` });
  await world.publish('base/ruby:1', ['new']);
  await world.run('refresh', 'web');
  const message = await world.git('log', '-1', '--format=%B', 'promote/refresh-young');
  expect(message.match(/^Promote-Since: /gm)).toHaveLength(201);
});

it('counts the age of an image that shows it from when it was created, and follows the tag once it may', async () => {
  const first = await start('2025-12-30T00:00:00Z');
  const forge = createMemoryForge(world);
  expect(await run(0, forge)).toEqual(['waiting']);
  const second = await world.publish('base/node:20', ['newer'], { created: '2026-01-01T12:00:00Z' });
  expect(await run(4.9, forge)).toEqual(['waiting']);
  expect(await run(5, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(first);
  expect(await run(7, forge)).toEqual(['held']);
  expect(await run(7.5, forge)).toEqual(['updated']);
  expect(await pinned(forge)).toBe(second);
});

it('never returns to an image that it waited for before a person moved the reference', async () => {
  await start();
  const forge = createMemoryForge(world);
  expect(await run(0, forge)).toEqual(['waiting']);
  const third = await world.publish('base/node:20', ['of day 2']);
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${third}\n` });
  const fourth = await world.publish('base/node:20', ['of day 3']);
  expect(await run(3, forge)).toEqual(['waiting']);
  expect(await run(7, forge)).toEqual(['waiting']);
  expect(await run(10, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(fourth);
});

it('waits neither for a time to come that an image names, nor for one that the branch does', async () => {
  await start('2099-01-01T00:00:00Z');
  expect(await run(0)).toEqual(['waiting']);
  await remember(message => message.replace('2026-01-01', '2101-01-01'));
  expect(await run(1)).toEqual(['waiting']);
  expect(await run(8)).toEqual(['opened']);
});

it('believes the image, not the branch, where the image shows when it was created', async () => {
  const first = await start('2025-12-31T00:00:00Z');
  expect(await run(0)).toEqual(['waiting']);
  await remember(message => message.replace('2025-12-31', '2020-12-31'));
  await world.publish('base/node:20', ['newer'], { created: '2026-01-01T12:00:00Z' });
  expect(await run(1)).toEqual(['waiting']);
  const forge = createMemoryForge(world);
  expect(await run(6, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(first);
});

it('writes nothing but the pull request where an image is old enough at once', async () => {
  const digest = await start('2025-12-01T00:00:00Z');
  const forge = createMemoryForge(world);
  expect(await run(0, forge)).toEqual(['opened']);
  expect(await pinned(forge)).toBe(digest);
});
