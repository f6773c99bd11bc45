import { afterEach, expect, it } from 'vitest';
import type { Fault, RegistryOptions } from '../../servers/registry.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

type Request = Parameters<NonNullable<RegistryOptions['faults']>>[0];

/** A base at 20.2.0 whose repository has newer and older tags, on pages of three. */
async function start(faults: (request: Request) => Fault | undefined = () => undefined): Promise<string> {
  world = await createBaseWorld('{ update: major }', { faults });
  const old = await world.publish('base/node:20.2.0', ['20.2.0']);
  for (const tag of ['18.0.0', '20.1.0', '20.3.0', '21.0.0', '22.0.0'])
    await world.publish(`base/node:${tag}`, [tag]);
  await world.put({ Dockerfile: `FROM HOST/base/node:20.2.0@${old}\n` });
  return old;
}

it('moves a tag by all pages of the list', async () => {
  await start();
  expect((await world.run('refresh')).stdout).toMatch(/22\.0\.0/);
});

it.each([
  ['is refused on its second page', { status: 403, body: '{}' }, 1],
  ['breaks off', { status: 200, headers: { 'content-type': 'application/json' }, body: '{"tags":["18.0' }, 1],
  ['is no list', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>hello</h1>' }, 1],
  ['is limited', { status: 429, headers: { 'retry-after': '3600' }, body: '{}' }, 0],
  ['is not there on its second page', { status: 404, body: '{}' }, 0],
  [
    'never ends',
    {
      status: 200,
      headers: { link: '</v2/base/node/tags/list?start=3>; rel="next"' },
      body: '{"tags":["23.0.0"]}',
    },
    1,
  ],
] as const)('proposes nothing from a list of tags that %s', async (_, fault, code) => {
  await start(({ path }) => (path.includes('/tags/list?start=') ? fault : undefined));
  const ran = await world.run('refresh');
  expect(ran.code).toBe(code);
  expect(await world.refs()).not.toContain('promote/');
});

it.each([401, 403, 404])(
  'says of a registry that answers the list with %i that none is proposed',
  async status => {
    await start(({ path }) => (path.includes('/tags/list') ? { status, body: '{}' } : undefined));
    const ran = await world.run('refresh');
    expect([ran.code, ran.stderr]).toEqual([
      0,
      expect.stringContaining('its tags cannot all be listed, so none'),
    ]);
  },
);

it('asks for a list once a repository and run, and for none where the tag has no order', async () => {
  await start();
  const latest = await world.publish('base/ruby:latest', ['a']);
  await world.put({
    'web/Dockerfile': `FROM HOST/base/node:21.0.0\nFROM HOST/base/node:18.0.0\nFROM HOST/base/ruby:latest@${latest}\n`,
  });
  world.registry.requests();
  expect((await world.run('refresh', '--dry-run')).code).toBe(0);
  const requests = world.registry.requests().map(({ method, path }) => `${method} ${path}`);
  const lists = requests.filter(request => request.includes('/tags/list'));
  expect(lists).toEqual(['GET /v2/base/node/tags/list?n=1000', 'GET /v2/base/node/tags/list?start=3']);
  const heads = requests.filter(request => /^HEAD .*\/manifests\/[^s]/.test(request));
  expect(heads).toHaveLength(new Set(heads).size);
});
