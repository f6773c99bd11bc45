import { afterEach, expect, it } from 'vitest';
import { mirrorImages } from '../../../src/commands/mirror/mirror.ts';
import { createMemoryForge } from '../../apply/memory-forge.ts';
import { type BaseWorld, createBaseWorld } from '../refresh/base-world.ts';
import { outcomes, withWorld } from '../refresh/run-refresh.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

async function start() {
  const mirror = '{ name: node, from: HOST/base/node, to: HOST/mirror/node, tags: ["20"], pins: true }';
  world = await createBaseWorld(`{}\nmirrors: [${mirror}]`);
  await world.publish('base/node:20', ['a']);
  await world.put({ Dockerfile: 'FROM HOST/base/node:20\n' });
  const forge = createMemoryForge(world);
  const run = async (names: readonly string[] = []) =>
    await withWorld(world, { forge }, async (effects, environments) => {
      const ran = await mirrorImages(effects, environments, { names, evidence: 'all', writes: true });
      return outcomes(ran.pins);
    });
  return { forge, run };
}

it('says what it takes from where, and is opened once', async () => {
  const { forge, run } = await start();
  expect(await run()).toEqual(['opened']);
  const [pull] = await forge.pulls();
  expect(pull).toMatchObject({ branch: 'promote/mirror/node', title: 'Use the mirror node' });
  expect(pull?.body).toContain(`**Takes the copies `);
  expect(pull?.body).toContain(`${world.registry.host}/mirror/node:20`);
  forge.calls();
  expect(await run()).toEqual(['held']);
  expect(forge.calls().filter(call => call.endsWith('!'))).toEqual([]);
});

it('is declined once a person has closed it, and closed once nothing is left to change', async () => {
  const { forge, run } = await start();
  await run();
  await forge.end('closed');
  expect(await run()).toEqual(['declined']);
  await world.put({ Dockerfile: 'FROM scratch\n' });
  expect(await run()).toEqual([]);
});

it('of another mirror is left alone by a run for one', async () => {
  const { forge, run } = await start();
  await run();
  const text = await world.read('environments.yaml');
  const ruby = `{ name: ruby, from: ${world.registry.host}/base/ruby, to: ${world.registry.host}/mirror/ruby, tags: ["3"], pins: true }`;
  await world.publish('base/ruby:3', ['b']);
  await world.put({ 'environments.yaml': text.replace('mirrors: [', `mirrors: [${ruby}, `) });
  expect(await run(['ruby'])).toEqual([]);
  expect((await forge.pulls()).map(({ state }) => state)).toEqual(['open']);
});
