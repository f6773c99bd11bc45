import { afterEach, describe, expect, it } from 'vitest';
import type { RegistryOptions } from '../../servers/registry.ts';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

async function start(refresh: string, options?: RegistryOptions): Promise<void> {
  world = await createBaseWorld(refresh, options);
}

/** The lines that a branch changes, without the registry's port. */
async function changes(branch: string): Promise<readonly string[]> {
  const diff = await world.git('diff', '--unified=0', 'main', branch);
  const lines = diff.split('\n').filter(line => /^[-+](?![-+])/.test(line));
  return lines.map(line => line.replaceAll(world.registry.host, 'HOST'));
}

const branchOf = (name: string) =>
  `promote/refresh/${world.registry.host.replace(/[^a-z0-9]+/g, '-')}-base-${name}`;

describe('a digest behind a tag', () => {
  it('is proposed on a branch of its group, wherever it is pinned, and no other byte changes', async () => {
    await start('{}');
    const old = await world.publish('base/node:20', ['os', 'node 20.1']);
    await world.put({
      Dockerfile: `# base\r\nFROM HOST/base/node:20@${old} AS build\r\nFROM HOST/base/node:20\r\n`,
      'compose.yaml': `services:\n  web: { image: "HOST/base/node:20@${old}" } # kept\n`,
      'dev/proxy.yaml': `image: HOST/base/node:20@${old}\n`,
      'dev/api.yaml': `image: HOST/dev/api:1@${old}\n`,
    });
    const digest = await world.publish('base/node:20', ['os', 'node 20.2']);
    const ran = await world.run('refresh', '--format', 'json');
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    expect(await changes(branchOf('node'))).toEqual([
      `-FROM HOST/base/node:20@${old} AS build\r`,
      `+FROM HOST/base/node:20@${digest} AS build\r`,
      `-  web: { image: "HOST/base/node:20@${old}" } # kept`,
      `+  web: { image: "HOST/base/node:20@${digest}" } # kept`,
      `-image: HOST/base/node:20@${old}`,
      `+image: HOST/base/node:20@${digest}`,
    ]);
    const [result] = JSON.parse(ran.stdout).repositories;
    expect(result.groups[0].outcome.kind).toBe('opened');
    expect(result.left).toEqual([expect.objectContaining({ file: 'Dockerfile', line: 3, why: 'left' })]);
  });

  it('costs one HEAD a distinct tag, and no list of tags', async () => {
    await start('{}');
    const node = await world.publish('base/node:20', ['os', 'node']);
    const ruby = await world.publish('base/ruby:3', ['os', 'ruby']);
    await world.put({
      Dockerfile: `FROM HOST/base/node:20@${node}\nFROM HOST/base/ruby:3@${ruby}\n`,
      'web/Dockerfile': `FROM HOST/base/node:20@${node}\n`,
    });
    world.registry.requests();
    expect((await world.run('refresh')).code).toBe(0);
    const requests = world.registry.requests().map(({ method, path }) => `${method} ${path}`);
    expect(requests.filter(request => !request.endsWith(' /v2/')).toSorted()).toEqual([
      'HEAD /v2/base/node/manifests/20',
      'HEAD /v2/base/ruby/manifests/3',
    ]);
  });

  it('is proposed once: ten runs over an unchanged world write nothing, a newer digest moves the branch', async () => {
    await start('{}');
    const old = await world.publish('base/node:20', ['a']);
    await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    await world.publish('base/node:20', ['b']);
    await world.run('refresh');
    const refs = await world.refs();
    world.registry.requests();
    for (let run = 0; run < 10; run += 1) expect((await world.run('refresh')).code).toBe(0);
    expect(await world.refs()).toBe(refs);
    expect(world.registry.requests().filter(({ method }) => method !== 'HEAD' && method !== 'GET')).toEqual(
      [],
    );
    const newest = await world.publish('base/node:20', ['c']);
    await world.run('refresh');
    expect(await changes(branchOf('node'))).toContain(`+FROM HOST/base/node:20@${newest}`);
    expect(await world.git('rev-list', '--count', `main..${branchOf('node')}`)).toBe('1');
  });

  it('does not overwrite commits that somebody else made on the branch', async () => {
    await start('{}');
    const old = await world.publish('base/node:20', ['a']);
    await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    await world.publish('base/node:20', ['b']);
    await world.run('refresh');
    await world.git('checkout', '--quiet', branchOf('node'));
    await world.put({ Dockerfile: 'FROM HOST/base/node:21\n' });
    await world.git('checkout', '--quiet', 'main');
    const refs = await world.refs();
    expect((await world.run('refresh')).stdout).toContain('not overwritten: others committed to');
    expect(await world.refs()).toBe(refs);
  });

  it('is only reported with --dry-run', async () => {
    await start('{}');
    const old = await world.publish('base/node:20', ['a']);
    await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    await world.publish('base/node:20', ['b']);
    const refs = await world.refs();
    expect((await world.run('refresh', '--dry-run')).stdout).toContain('planned');
    expect(await world.refs()).toBe(refs);
  });
});

describe('settings', () => {
  it('pin what is unpinned, where asked', async () => {
    await start('{ pin: true }');
    const digest = await world.publish('base/node:20', ['a']);
    await world.publish('base/node:latest', ['a']);
    await world.put({ Dockerfile: 'FROM HOST/base/node:20\nCOPY --from=HOST/base/node /a /b\n' });
    await world.run('refresh');
    expect((await changes(branchOf('node'))).filter(line => line.startsWith('+'))).toEqual([
      `+FROM HOST/base/node:20@${digest}`,
      `+COPY --from=HOST/base/node:latest@${digest} /a /b`,
    ]);
  });

  it('move a tag by its own scheme, and the digest with it', async () => {
    await start('{ update: minor }');
    const old = await world.publish('base/node:20.1-slim', ['a']);
    await world.put({
      Dockerfile: `ARG V=20.1\nFROM HOST/base/node:$V-slim@${old}\nFROM HOST/base/node:20.2-alpine\n`,
    });
    for (const tag of ['20.3', '20.2', '21.0-slim', '20.4-rc1-slim'])
      await world.publish(`base/node:${tag}`, [tag]);
    const digest = await world.publish('base/node:20.2-slim', ['b']);
    for (const tag of ['20.2-alpine', '20.3-alpine']) await world.publish(`base/node:${tag}`, ['c']);
    await world.run('refresh');
    expect((await changes(branchOf('node'))).filter(line => line.startsWith('+'))).toEqual([
      '+ARG V=20.2',
      `+FROM HOST/base/node:$V-slim@${digest}`,
      '+FROM HOST/base/node:20.3-alpine',
    ]);
  });

  it('move the tag alone of what cannot take the digest that is asked for', async () => {
    await start('{ update: minor, pin: true }');
    for (const tag of ['20.1', '20.2']) await world.publish(`base/node:${tag}`, [tag]);
    await world.put({ Dockerfile: 'ARG V=20.1\nFROM HOST/base/node:$V\n' });
    await world.run('refresh');
    expect(await changes(branchOf('node'))).toEqual(['-ARG V=20.1', '+ARG V=20.2']);
    const refs = await world.refs();
    expect((await world.run('refresh')).stdout).toContain('open already');
    expect(await world.refs()).toBe(refs);
  });

  it('propose nothing from a list of tags that is cut short', async () => {
    await start('{ update: major }', {
      faults: ({ path }) => (path.includes('/tags/list') ? { status: 404, body: '{}' } : undefined),
    });
    const old = await world.publish('base/node:20', ['a']);
    await world.publish('base/node:22', ['b']);
    await world.put({ Dockerfile: `FROM HOST/base/node:20@${old}\n` });
    expect((await world.run('refresh')).code).toBe(0);
    expect(await world.refs()).not.toContain('promote/');
  });

  it('wait until an image is old enough', async () => {
    await start('{ minimumAge: 7d, update: minor }');
    const old = await world.publish('base/node:20.1', ['a'], { created: '2024-01-01T00:00:00Z' });
    await world.put({
      Dockerfile: `FROM HOST/base/node:20.1@${old}\n`,
      'web/Dockerfile': `FROM HOST/base/ruby:3@${await world.publish('base/ruby:3', ['a'])}\n`,
    });
    await world.publish('base/ruby:3', ['b']);
    const second = await world.publish('base/node:20.2', ['b'], { created: '2024-02-01T00:00:00Z' });
    await world.publish('base/node:20.3', ['c'], { created: new Date().toISOString() });
    await world.run('refresh');
    expect(await changes(branchOf('node'))).toContain(`+FROM HOST/base/node:20.2@${second}`);
    expect(await world.refs()).not.toContain(branchOf('ruby'));
    await world.publish('base/node:20.1', ['d'], { created: new Date().toISOString() });
    await world.put({ 'web/Dockerfile': `FROM HOST/base/node:20.3@${second}\n` });
    expect((await world.run('refresh', 'web', '--format', 'json')).stdout).toContain('"why": "waiting"');
  });

  it('group, limit, exclude and restrict', async () => {
    await start(
      '{ limit: 1, groups: { all: ["HOST/base/{a,b}"] }, exclude: ["vendor/**"], registries: ["HOST/base"] }',
    );
    const pins: string[] = [];
    for (const name of ['base/a', 'base/b', 'base/c', 'base/d', 'other/e']) {
      pins.push(`FROM HOST/${name}:1@${await world.publish(`${name}:1`, ['old'])}`);
      await world.publish(`${name}:1`, ['new']);
    }
    const [a = '', b = '', c = '', vendored = '', foreign = ''] = pins;
    await world.put({ Dockerfile: [a, b, c, foreign].join('\n'), 'vendor/Dockerfile': `${vendored}\n` });
    const ran = await world.run('refresh', '--format', 'json');
    const [result] = JSON.parse(ran.stdout).repositories;
    expect(result.groups.map(({ outcome }: { outcome: { kind: string } }) => outcome.kind)).toEqual([
      'opened',
      'postponed',
    ]);
    expect(result.groups[1]).toMatchObject({ name: 'all', images: [{}, {}] });
    expect(await world.refs()).not.toContain('promote/refresh/all');
    expect(result.left).toEqual([expect.objectContaining({ line: 4, why: 'left' })]);
  });
});
