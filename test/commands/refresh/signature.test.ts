import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

/** Two bases behind their tags, of which only node's signature is asked for. */
async function start(signature: string): Promise<void> {
  world = await createBaseWorld(`{ signature: ${signature} }`);
  for (const name of ['base', 'other']) await createKey(name);
  const node = await world.publish('base/node:20', ['a']);
  const ruby = await world.publish('base/ruby:3', ['a']);
  await world.put({
    Dockerfile: `FROM HOST/base/node:20@${node}\n`,
    'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n`,
  });
  await world.publish('base/node:20', ['b']);
  await world.publish('base/ruby:3', ['b']);
}

/** A private key beside the repository, and its public half in it. */
async function createKey(name: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(world.directory, `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await world.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

async function sign(reference: string, name = 'base'): Promise<void> {
  const key = join(world.directory, `${name}.key`);
  expect((await world.run('sign', `${world.registry.host}/${reference}`, '--key', key)).code).toBe(0);
}

/** What became of each group, and why node is left. */
async function refresh() {
  const ran = await world.run('refresh', '--format', 'json');
  const [{ groups, left }] = JSON.parse(ran.stdout).repositories;
  return {
    code: ran.code,
    groups: groups.map(({ name }: { name: string }) => name.replace(/^.*-/, '')),
    left: left.map(({ why, reason }: { why: string; reason: string }) => `${why}: ${reason}`),
  };
}

it('an image whose signature is asked for is proposed once one of ours has signed it, and no sooner', async () => {
  await start(
    '[{ key: base.pub, images: ["HOST/base/node"] }, { key: other.pub, images: ["HOST/base/n*"] }]',
  );
  const unsigned = await refresh();
  expect(unsigned).toMatchObject({ code: 0, groups: ['ruby'] });
  expect(unsigned.left).toEqual([
    expect.stringMatching(/^unsigned: not by key base\.pub: .*; not by key other\.pub: /),
  ]);
  await sign('base/node:20', 'other');
  expect(await refresh()).toMatchObject({ groups: ['node', 'ruby'], left: [] });
});

it('a signature by somebody else, or of the older image, does not count', async () => {
  await start('{ key: base.pub, images: ["HOST/base/node"] }');
  await sign('base/node:20', 'other');
  expect((await refresh()).groups).toEqual(['ruby']);
  await sign('base/node:20');
  await world.publish('base/node:20', ['c']);
  expect((await refresh()).groups).toEqual(['ruby']);
});

it('is asked of every repository where none is named, and costs nothing where nothing is newer', async () => {
  await start('{ key: base.pub, children: true }');
  expect(await refresh()).toMatchObject({ groups: [], left: { length: 2 } });
  const node = await world.publish('base/node:20', ['b']);
  const ruby = await world.publish('base/ruby:3', ['b']);
  await world.put({
    Dockerfile: `FROM HOST/base/node:20@${node}\n`,
    'web/Dockerfile': `FROM HOST/base/ruby:3@${ruby}\n`,
  });
  world.registry.requests();
  expect(await refresh()).toMatchObject({ groups: [], left: [] });
  const requests = world.registry.requests().filter(({ path }) => path !== '/v2/');
  expect(requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
});

it('a key that is not there is said, and nothing is proposed', async () => {
  await start('{ key: lost.pub }');
  const ran = await world.run('refresh');
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain('lost.pub');
  expect(await world.refs()).not.toContain('promote/');
});
