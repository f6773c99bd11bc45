import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rebuildImages } from '../../src/commands/rebuild/rebuild.ts';
import { PromoteError } from '../../src/errors.ts';
import type { BuildOrder, BuildRun } from '../../src/forges/builds.ts';
import { isRebuilt } from '../../src/reports/rebuild.ts';
import { runPromote } from '../built/run-promote.ts';
import { found } from '../cli/vulnerable-shop.ts';
import { githubPlace } from '../e2e/github-place.ts';
import { BOT, tokenOf } from '../servers/github.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';
import { type BaseWorld, createBaseWorld } from './refresh/base-world.ts';
import { withWorld } from './refresh/run-refresh.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

const REBUILD = '{ github: acme/api, event: rebuild }';

let base = '';

/** Publishes an application on what `base/os:1` names now. */
async function build(reference: string, layer = reference): Promise<string> {
  const annotations = {
    'org.opencontainers.image.base.name': `${world.registry.host}/base/os:1`,
    'org.opencontainers.image.base.digest': base,
  };
  return await world.publish(reference, ['os', layer], { annotations });
}

/** Two applications in two environments on a base, which is superseded then. */
async function deploy(rebuild = REBUILD): Promise<void> {
  world = await createBaseWorld('{}');
  await publishBase(['os 1']);
  const files = {
    'environments.yaml': `version: 1
images:
  api: { source: HOST/build/api, rebuild: ${rebuild} }
  web: { rebuild: ${rebuild} }
  old: {}
environments:
  dev: { from: build, registry: HOST/dev, files: ["dev/*.yaml"] }
  production: { from: dev, registry: HOST/prod, files: ["production/*.yaml"] }
refresh: { registries: [HOST] }
`,
    'dev/api.yaml': `image: HOST/dev/api:1.0.0@${await build('dev/api:1.0.0', 'api')}\n`,
    'production/api.yaml': `image: HOST/prod/api:1.0.0@${await build('prod/api:1.0.0', 'api')}\n`,
    'production/web.yaml': `image: HOST/prod/web:1.0.0@${await build('prod/web:1.0.0', 'web')}\n`,
  };
  await world.put(files);
  await publishBase(['os 2']);
}

async function publishBase(layers: readonly string[]): Promise<void> {
  base = await world.publish('base/os:1', layers);
}

/** Builds of a forge that keeps what it started. */
function forge(runs = new Map<string, BuildRun>()) {
  const orders: BuildOrder[] = [];
  const builds = {
    find: async (mark: string) => runs.get(mark),
    start: async (order: BuildOrder): Promise<BuildRun | undefined> => {
      orders.push(order);
      const run = { url: `https://forge.example/${order.image}`, state: 'running' } as const;
      runs.set(order.mark, run);
      return run;
    },
  };
  return { runs, orders, builds };
}

async function rebuild(
  { builds }: Pick<ReturnType<typeof forge>, 'builds'>,
  {
    names = [],
    writes = true,
    limit = 10,
  }: { names?: readonly string[]; writes?: boolean; limit?: number } = {},
) {
  return await withWorld(world, { builds: async () => builds }, (effects, environments) =>
    rebuildImages(effects, environments, { names, writes, limit }),
  );
}

function kinds({ images }: Awaited<ReturnType<typeof rebuild>>) {
  return Object.fromEntries(images.map(({ image, outcome }) => [image, outcome.kind]));
}

describe('a superseded base', () => {
  it('leads to one build an image, and to none in a second run', async () => {
    await deploy();
    const { builds, orders } = forge();
    const first = await rebuild({ builds });
    expect(kinds(first)).toEqual({ api: 'started', web: 'started' });
    expect(first.images[0]?.environments).toEqual(['dev', 'production']);
    expect(first.without).toEqual(['old']);
    expect(orders).toMatchObject([
      { image: 'api', base: `${world.registry.host}/base/os:1`, to: base },
      { image: 'web' },
    ]);
    expect(orders[0]?.mark).not.toBe(orders[1]?.mark);
    expect(kinds(await rebuild({ builds }))).toEqual({ api: 'running', web: 'running' });
    expect(orders).toHaveLength(2);
    // The base moves on: that is another build.
    await publishBase(['os 3']);
    expect(kinds(await rebuild({ builds }))).toEqual({ api: 'started', web: 'started' });
  });

  it('leads to no build where an environment pins one already, or the newest build is one', async () => {
    await deploy();
    const digest = await build('dev/api:1.1.0');
    await world.put({ 'dev/api.yaml': `image: HOST/dev/api:1.1.0@${digest}\n` });
    const { builds, orders } = forge();
    const result = await rebuild({ builds }, { names: ['production'] });
    expect(result.images[0]?.outcome).toEqual({ kind: 'built', where: 'dev' });
    await world.close();
    await deploy();
    await build('build/api:1.0.1');
    const newer = await rebuild({ builds }, { names: ['dev'] });
    expect(newer.images[0]?.outcome).toEqual({ kind: 'built', where: 'build', tag: '1.0.1' });
    expect(orders.map(({ image }) => image)).toEqual(['web']);
  });

  it('leads to no more builds than the limit, and to none in a dry run', async () => {
    await deploy();
    const { builds, orders } = forge();
    expect(kinds(await rebuild({ builds }, { writes: false }))).toEqual({ api: 'planned', web: 'planned' });
    expect(orders).toEqual([]);
    expect(kinds(await rebuild({ builds }, { limit: 1 }))).toEqual({ api: 'started', web: 'postponed' });
    expect(kinds(await rebuild({ builds }, { limit: 1 }))).toEqual({ api: 'running', web: 'started' });
  });

  it('leads to no build where builds cannot be looked for, and the run is no success', async () => {
    await deploy();
    const { builds, orders } = forge();
    const find = async () => {
      throw new PromoteError('INVALID', 'runs show no mark');
    };
    const result = await rebuild({ builds: { ...builds, find } });
    expect(kinds(result)).toEqual({ api: 'unknown', web: 'unknown' });
    expect(isRebuilt(result)).toBe(false);
    expect(orders).toEqual([]);
  });

  it.each<[BuildRun['state'] | 'unseen', boolean]>([
    ['running', true],
    ['succeeded', true],
    ['failed', false],
    ['unseen', false],
  ])('whose build is %s: success is %s', async (state, isWell) => {
    await deploy();
    const find = async () => (state === 'unseen' ? undefined : { url: 'https://forge.example/1', state });
    const result = await rebuild({ builds: { find, start: async () => undefined } });
    expect(kinds(result)).toEqual({ api: state, web: state });
    expect(isRebuilt(result)).toBe(isWell);
  });

  it('is not looked for where an image is pinned by its tag alone, and that is told', async () => {
    await deploy();
    await world.put({ 'production/web.yaml': 'image: HOST/prod/web:1.0.0\n' });
    const { images, unpinned } = await rebuild(forge());
    expect([images.map(({ image }) => image), unpinned]).toEqual([['api'], ['web']]);
    expect((await rebuild(forge(), { names: ['dev'] })).unpinned).toEqual(['web']);
  });

  it('that is not known is told, and is no success', async () => {
    await deploy();
    const digest = await world.publish('prod/web:2.0.0', ['from scratch']);
    await world.put({ 'production/web.yaml': `image: HOST/prod/web:2.0.0@${digest}\n` });
    const result = await rebuild(forge());
    expect(result.unknown).toMatchObject([{ environment: 'production', image: 'web' }]);
    expect(isRebuilt(result)).toBe(false);
  });
});

describe('an image that is built anew for its vulnerabilities alone', () => {
  it('is not built where none is over the limit, and told where no scan says so', async () => {
    await deploy(REBUILD.replace(' }', ', when: vulnerable }'));
    const file = await world.read('environments.yaml');
    const scanner = newPrivateKey();
    const gate = 'gates: { vulnerabilities: { max: medium, signers: { key: scanner.pub } } }';
    const text = file.replace('files: ["dev/*.yaml"] }', `files: ["dev/*.yaml"], ${gate} }`);
    await world.put({ 'environments.yaml': text, 'scanner.pub': publicPem(scanner) });
    const run = async () => {
      const ran = await world.run('rebuild', 'dev', '--dry-run', '--format', 'json');
      return JSON.parse(ran.stdout).images[0].outcome;
    };
    expect(await run()).toMatchObject({
      kind: 'unknown',
      error: { message: expect.stringContaining('not known') },
    });
    await writeFile(join(world.repository, '../scanner.key'), toPem(scanner));
    const manifest = /@(sha256:\w+)/.exec(await world.read('dev/api.yaml'))?.[1] ?? '';
    await report(manifest, 'LOW');
    expect(await run()).toEqual({ kind: 'sound' });
    await report(manifest, 'HIGH');
    // Only the token is missing now, which is needed to look for builds.
    expect(await run()).toMatchObject({ kind: 'unknown', error: { code: 'UNAUTHORIZED' } });
  });

  async function report(manifest: string, severity: 'LOW' | 'HIGH'): Promise<void> {
    for (const architecture of ['amd64', 'arm64']) {
      const vulnerabilities = [found(1, severity)];
      const scan = trivyReport({ manifest: manifest as never, architecture, vulnerabilities });
      await writeFile(join(world.repository, '../scan.json'), JSON.stringify(scan));
      const image = `${world.registry.host}/dev/api:1.0.0`;
      const args = ['report', 'attach', image, '../scan.json', '--key', '../scanner.key'];
      expect(await world.run(...args)).toMatchObject({ code: 0 });
    }
  }
});

describe('the command', () => {
  it('starts builds on GitHub with the token for that alone', async () => {
    const place = await githubPlace();
    await place.push({
      '.github/workflows/build.yml': `on: { repository_dispatch: { types: [rebuild] } }\nrun-name: \${{ github.event.client_payload.mark }}\n`,
    });
    await deploy(`{ github: "${place.url}", event: rebuild, token: "env://REBUILD_TOKEN" }`);
    const run = async (variables: Readonly<Record<string, string>>, ...args: readonly string[]) =>
      await runPromote(
        world.repository,
        { ...world.env, ...place.variables, GITHUB_TOKEN: '', ...variables },
        ['rebuild', 'dev', '--format', 'json', ...args],
      );
    const without = await run({ PROMOTE_GITHUB_TOKEN: tokenOf(BOT) });
    expect(without.code).toBe(1);
    expect(JSON.parse(without.stdout).images[0].outcome).toMatchObject({
      kind: 'unknown',
      error: { code: 'UNAUTHORIZED', hint: expect.stringContaining('REBUILD_TOKEN') },
    });
    const token = { REBUILD_TOKEN: tokenOf(BOT) };
    const started = await run(token);
    expect(started.stderr).toBe('');
    expect(JSON.parse(started.stdout).images).toMatchObject([{ image: 'api', outcome: { kind: 'started' } }]);
    expect(started.code).toBe(0);
    expect(place.server.world.dispatches).toMatchObject([{ client_payload: { image: 'api', to: base } }]);
    expect(JSON.parse((await run(token)).stdout).images[0].outcome.kind).toBe('running');
    expect(place.server.world.dispatches).toHaveLength(1);
  });
});
