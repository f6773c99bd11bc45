import { afterEach, expect, it } from 'vitest';
import { createMemoryForge } from '../../apply/memory-forge.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';
import { outcomes, runRefresh } from './run-refresh.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

async function proposed(settings = '{}') {
  world = await createBaseWorld(settings);
  const node = await world.publish('base/node:20', ['a']);
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${node}\n` });
  await world.publish('base/node:20', ['b']);
  const forge = createMemoryForge(world);
  const run = async () => outcomes(await runRefresh(world, { forge }));
  expect(await run()).toEqual(['opened']);
  const newest = async () => {
    const pull = (await forge.pulls()).at(-1);
    if (pull === undefined) throw new Error('no pull request was opened');
    return pull;
  };
  const write = async (change: (pull: { title: string; body: string }) => object) => {
    const { title, body, ...rest } = await newest();
    const content = { labels: [], reviewers: [], assignees: [], draft: false, title, body };
    await forge.pullRequests.update({ ...rest, title, body }, { ...content, ...change({ title, body }) });
  };
  return { forge, run, newest, write };
}

it('writes its own words anew where somebody has changed them, and keeps theirs', async () => {
  const { run, newest, write } = await proposed();
  const { body, title } = await newest();
  await write(() => ({
    title: `URGENT ${title}`,
    body: `ours to add\n\n${body.replace('base/node', 'evil/node')}`,
  }));
  expect(await run()).toEqual(['updated']);
  expect(await newest()).toMatchObject({ title: `URGENT ${title}`, body: `ours to add\n\n${body}` });
  expect(await run()).toEqual(['held']);
});

it.each(['bot', 'branch'] as const)('is proposed again where a %s has closed it', async how => {
  const { forge, run } = await proposed();
  await forge.end('closed', how);
  expect(await run()).toEqual(['opened']);
});

it('is written by the template of the house, and ends with notes that stay', async () => {
  const { run, newest, write } = await proposed(
    '{ pullRequest: { body: "Bases: {summary}\\n{content}", notes: "Notes of {group}:" } }',
  );
  const { body } = await newest();
  expect(body).toMatch(/\nBases: Refresh \S+base\/node to 20 at \S+\n\*\*Updates .+\*\*\n\n\| image /);
  expect(body).toMatch(/ -->\n\nNotes of \S+:$/);
  await write(told => ({ body: `${told.body.replace('Bases', 'Nothing')} seen` }));
  expect(await run()).toEqual(['updated']);
  expect((await newest()).body).toBe(`${body} seen`);
  expect(await run()).toEqual(['held']);
});
