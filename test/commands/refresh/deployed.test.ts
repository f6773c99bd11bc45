import { afterEach, describe, expect, it } from 'vitest';
import { type BaseWorld, createBaseWorld } from './base-world.ts';

let world: BaseWorld;
afterEach(async () => await world.close());

const OS = ['os', 'libraries'];

async function deployed() {
  const ran = await world.run('refresh', '--deployed', 'dev', '--format', 'json');
  expect(ran.code).toBe(0);
  const [image] = JSON.parse(ran.stdout).images;
  return image.standing;
}

/** An application on `base/os:1`, whose Dockerfile pinned it. */
async function deploy(layers: readonly string[], annotations: Readonly<Record<string, string>> = {}) {
  world = await createBaseWorld('{}');
  const old = await world.publish('base/os:1', OS);
  await world.publish('base/os:1-slim', ['slim os']);
  const named = Object.entries(annotations).map(([key, value]) => [
    `org.opencontainers.image.base.${key}`,
    value.replace('HOST', world.registry.host).replace('OLD', old),
  ]);
  const app = await world.publish('dev/api:1', layers, { annotations: Object.fromEntries(named) });
  await world.put({
    Dockerfile: `FROM HOST/base/os:1@${old}\n`,
    'slim/Dockerfile': 'FROM HOST/base/os:1-slim\n',
    'dev/api.yaml': `image: HOST/dev/api:1@${app}\n`,
  });
  return old;
}

describe('an image whose base has moved is found', () => {
  it('by its first layers, without annotations', async () => {
    const from = await deploy([...OS, 'api']);
    expect(await deployed()).toEqual({ kind: 'current', base: `${world.registry.host}/base/os:1` });
    const to = await world.publish('base/os:1', ['os', 'libraries, fixed'], {
      created: '2024-02-01T00:00:00Z',
    });
    const since = '2024-02-01T00:00:00.000Z';
    const superseded = { kind: 'superseded', base: `${world.registry.host}/base/os:1`, from, to, since };
    expect(await deployed()).toEqual(superseded);
    await world.put({ Dockerfile: `FROM HOST/base/os:1@${to}\n` });
    expect(await deployed()).toEqual(superseded);
  });

  it('by its annotations, whatever Dockerfiles say', async () => {
    const from = await deploy(['other', 'api'], { name: 'HOST/base/os:1', digest: 'OLD' });
    expect((await deployed()).kind).toBe('current');
    const to = await world.publish('base/os:1', ['os', 'fixed']);
    expect(await deployed()).toMatchObject({ kind: 'superseded', from, to });
  });

  it('where it is pushed, under whatever name it is pulled', async () => {
    await deploy([...OS, 'api']);
    const { host } = world.registry;
    const [file, values] = await Promise.all([world.read('environments.yaml'), world.read('dev/api.yaml')]);
    await world.put({
      'environments.yaml': file.replace(
        `registry: ${host}/dev`,
        `registry: [{ push: ${host}/dev, pull: mirror.example/dev }]`,
      ),
      'dev/api.yaml': values.replace(host, 'mirror.example'),
    });
    expect((await deployed()).kind).toBe('current');
  });

  it('by an annotation without a digest, and its layers', async () => {
    await deploy([...OS, 'api'], { name: 'HOST/base/os:1' });
    expect((await deployed()).kind).toBe('current');
    await world.publish('base/os:1', ['os', 'fixed']);
    expect((await deployed()).kind).toBe('superseded');
  });
});

it('says so where nothing shows the base', async () => {
  await deploy(['os', 'something else', 'api']);
  expect((await deployed()).kind).toBe('unknown');
});
