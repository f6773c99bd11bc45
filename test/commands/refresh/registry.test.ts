import { afterEach, expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

it('leaves what a registry limits to the next run, without asking it again, and says so', async () => {
  let limited = false;
  world = await createBaseWorld('{}', {
    faults: () => (limited ? { status: 429, headers: { 'retry-after': '3600' }, body: '{}' } : undefined),
  });
  const files = ['a', 'b', 'c'].map(async name => {
    const digest = await world.publish(`base/${name}:1`, [name]);
    return [`${name}/Dockerfile`, `FROM HOST/base/${name}:1@${digest}\n`] as const;
  });
  await world.put(Object.fromEntries(await Promise.all(files)));
  limited = true;
  world.registry.requests();
  const ran = await world.run('refresh');
  expect(ran.code).toBe(0);
  expect(ran.stdout.match(/waiting/g)).toHaveLength(3);
  limited = false;
  expect((await world.run('refresh')).stdout).not.toContain('waiting');
});

it('goes on with other images where one cannot be asked for, and fails in the end', async () => {
  world = await createBaseWorld('{}', {
    faults: ({ path }) =>
      path.includes('/base/secret/manifests/1') ? { status: 403, body: '{}' } : undefined,
  });
  const old = await world.publish('base/node:20', ['a']);
  await world.put({ Dockerfile: `FROM HOST/base/secret:1@${old}\nFROM HOST/base/node:20@${old}\n` });
  await world.publish('base/node:20', ['b']);
  const ran = await world.run('refresh');
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/Dockerfile:1 .* failed/);
  expect(await world.refs()).toContain('base-node');
});

it('warns first of a platform that disappears', async () => {
  world = await createBaseWorld('{}');
  const old = await world.publish('base/node:20', ['a'], { created: '2024-01-01T00:00:00Z' });
  await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
  const options = { architectures: ['amd64', 'riscv64'], created: '2024-02-01T00:00:00Z' };
  await world.publish('base/node:20', ['a', 'b'], options);
  const { stdout } = await world.run('refresh', '--format', 'markdown');
  expect(stdout).toContain('2024\\-01\\-01 \\-\\> 2024\\-02\\-01 | ');
  expect(stdout).toContain(' 1 \\-\\> 2 |');
  expect(stdout).toContain('\\-linux/arm64 +linux/riscv64');
  expect(stdout.indexOf('Warning:')).toBeLessThan(stdout.indexOf('| image |'));
  expect(stdout).toMatch(/Warning:\S* .* has no image for linux\/arm64 any more/);
});

it('names a file that it cannot read, and goes on', async () => {
  world = await createBaseWorld('{}');
  const old = await world.publish('base/node:20', ['a']);
  await world.put({ 'compose.yaml': 'services: [\n', Dockerfile: `FROM HOST/base/node:20@${old}\n` });
  const ran = await world.run('refresh');
  expect(ran.stdout).toContain('compose.yaml:1');
  expect(ran.stdout).toContain('1 current');
});

it('asks for `refresh` in the environments file', async () => {
  world = await createBaseWorld('{}');
  const text = await world.read('environments.yaml');
  await world.write('environments.yaml', text.replace('refresh: {}', ''));
  expect((await world.run('refresh')).code).toBe(2);
});
