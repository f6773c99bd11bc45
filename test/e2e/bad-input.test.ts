import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type Registry, type SeenRequest, startRegistry } from '../servers/registry.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describe('bad input', () => {
  let registry: Registry;
  let world: World;
  let digest: string;
  let start: string;
  let fault: ((request: Omit<SeenRequest, 'status'>) => Fault | undefined) | undefined;

  beforeAll(async () => {
    registry = await startRegistry({ faults: request => fault?.(request) });
    world = await createShop({ near: registry.host, far: registry.host });
    digest = await push(build('1.0.0'), `${registry.host}/build/api:1.0.0`);
    start = await world.git('rev-parse', 'HEAD');
  });
  afterAll(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });
  beforeEach(async () => {
    fault = undefined;
    await world.git('reset', '--quiet', '--hard', start);
  });

  it.each([
    ['an unknown key', ['plan', 'dev'], 2, 'environments.yaml:3:'],
    ['an unknown environment', ['plan', 'prod'], 2, 'environments: dev, qa, production'],
    ['an unknown image', ['plan', 'dev', '--image', 'ap'], 2, 'images: api'],
    ['an unknown command', ['promote'], 2, 'unknown command'],
    ['an unknown option', ['plan', 'dev', '--forse'], 2, '--forse'],
    ['an unknown format', ['plan', 'dev', '--format', 'yaml'], 2, 'text, json, markdown'],
    ['no environments file', ['plan', 'dev', '--file', 'none.yaml'], 2, 'none.yaml'],
    ['a plan file that is none', ['apply', '--plan', 'environments.yaml'], 1, 'not a plan file'],
    ['neither environment nor plan', ['apply'], 2, 'promote apply production'],
    ['a build from elsewhere', ['apply', 'dev', '--image', 'api=docker.io/evil/api:1'], 2, 'built at'],
    [
      'a source that is not the chain',
      ['apply', 'qa', '--image', 'api=docker.io/evil/api:1'],
      2,
      '--allow-direct',
    ],
    ['a plan that cannot be written', ['plan', 'dev', '--out', 'none/plan.json'], 2, '--out none/plan.json'],
    ['a demo in a file', ['demo', '--directory', 'environments.yaml'], 2, '--directory environments.yaml'],
    ['a hold until no date', ['hold', 'dev', 'api', '--all', '--until', 'tomorrow'], 2, '--until tomorrow'],
    ['a hold without its reason', ['hold', 'dev', 'api', '--all', '--reason', ''], 2, '--reason'],
    ['a reference that is none', ['copy', 'A B', 'c'], 2, 'not an image reference'],
    ['a build that is no reference', ['plan', 'dev', '--image', 'api=A B'], 2, 'not an image reference'],
    ['a digest that is none', ['hold', 'dev', 'api', '--digest', 'sha256:1'], 2, 'not a digest'],
    ['an environment with a typo', ['plan', 'prodution'], 2, 'did you mean production?'],
  ])('%s is one clear error', async (name, args, code, text) => {
    if (name === 'an unknown key') {
      await world.write(
        'environments.yaml',
        (await world.read('environments.yaml')).replace('source:', 'sauce:'),
      );
    }
    await expectRefused(args, code, text);
  });

  it('a missing image is named', async () => {
    await expectRefused(
      ['apply', 'dev', '--image', `api=${registry.host}/build/api:9.9.9`],
      1,
      `there is no image ${registry.host}/build/api:9.9.9`,
    );
    const absent = `sha256:${'0'.repeat(64)}`;
    const named = ['apply', 'dev', '--image', `api=${registry.host}/build/api:1@${absent}`];
    await expectRefused(named, 1, absent, 'failed: copy from');
  });

  it('content that is not what its digest says is refused', async () => {
    fault = ({ method, path }) =>
      method === 'GET' && path.includes('/build/api/blobs/') ? 'corrupt' : undefined;
    const target = `oci:../layout/api`;
    await expectRefused(
      ['copy', `${registry.host}/build/api@${digest}`, `${target}:1`],
      1,
      'expected sha256:',
    );
  });

  it.each([
    [401, 'docker login'],
    [403, ''],
    [500, '500'],
  ])(
    'a registry that answers %i is named with what to do',
    async (status, text) => {
      fault = ({ path }) => (path.includes('/build/') ? { status } : undefined);
      await expectRefused(dev(), 1, text, 'api failed');
    },
    120_000,
  );

  it('an unreachable registry is named', async () => {
    await expectRefused(['copy', 'localhost:1/build/api:1', `${registry.host}/x:1`], 1, 'localhost:1');
  });

  it('a tag that names another digest closes the gate, and nothing is written', async () => {
    await push(build('0.0.1'), `${registry.host}/dev/api:1.0.0`);
    registry.requests();
    await expectRefused(dev(), 3, '', 'already names');
    await expectRefused(
      ['copy', `${registry.host}/build/api@${digest}`, `${registry.host}/dev/api:1.0.0`],
      1,
      'names',
    );
    expect(registry.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('a deployment file that is not YAML is named with its line', async () => {
    await commit('dev/values.yaml', `image:\n  repository: ${registry.host}/dev/api\n  tag: [\n`);
    await expectRefused(dev(), 1, 'dev/values.yaml:');
  });

  it('a pin that cannot be edited closes the gate, and nothing is written', async () => {
    await commit('dev/values.yaml', `image: >-\n  ${registry.host}/dev/api:0\n`);
    registry.requests();
    await expectRefused(dev(), 3, '', 'dev/values.yaml:1:8: a pin that spans lines cannot be edited');
    expect(registry.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('two digests in the source environment close the image', async () => {
    const pin = (hex: string) => `image: "${registry.host}/dev/api:1@sha256:${hex.repeat(64)}"\n`;
    await expectRefused(['apply', 'qa'], 3, '', 'does not exist');
    await commit('dev/values.yaml', pin('1'));
    await commit('dev/two.yaml', pin('2'));
    await expectRefused(['apply', 'qa'], 3, '', 'more than one digest');
  });

  it('a file that two environments claim is a configuration error', async () => {
    const text = (await world.read('environments.yaml')).replace(
      'files: ["qa/*.yaml"]',
      'files: ["{qa,dev}/*.yaml"]',
    );
    await commit('environments.yaml', text);
    await expectRefused(dev(), 2, 'dev/values.yaml');
  });

  it('a dirty file that would be touched is left alone', async () => {
    await expectNotPromoted(async () => {
      await world.write('dev/values.yaml', `${await world.read('dev/values.yaml')}# mine\n`);
    }, 'dev/values.yaml');
    expect(await world.read('dev/values.yaml')).toContain('# mine');
  });

  /** Runs on a registry where the tag is free, so that only Git refuses. */
  async function expectNotPromoted(prepare: () => Promise<void>, text: string): Promise<void> {
    await prepare();
    const head = await world.git('rev-parse', 'HEAD');
    const image = `api=${registry.host}/build/api:2.0.0`;
    await push(build('2.0.0'), `${registry.host}/build/api:2.0.0`);
    const ran = await world.run('apply', 'dev', '--image', image);
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining(text)]);
    expect(ran.stderr).toContain(text);
    expect(await world.git('rev-parse', 'HEAD')).toBe(head);
  }

  async function expectRefused(
    args: readonly string[],
    code: number,
    stderr: string,
    stdout?: string,
  ): Promise<void> {
    const head = await world.git('rev-parse', 'HEAD');
    const ran = await world.run(...args);
    expect({ code: ran.code, stderr: ran.stderr, stdout: stdout === undefined ? ran.stdout : '' }).toEqual({
      code,
      stderr: expect.any(String),
      stdout: '',
    });
    expect(ran.stderr).toContain(stderr);
    expect(ran.stdout).toContain(stdout ?? '');
    expect(ran.stderr.split('\n').filter(line => line.startsWith('promote: ')).length).toBeLessThanOrEqual(1);
    expect(await world.git('rev-parse', 'HEAD')).toBe(head);
  }

  async function commit(path: string, text: string): Promise<void> {
    await world.write(path, text);
    await world.git('add', '.');
    await world.git('commit', '--quiet', '--message=Change');
  }

  function dev(): readonly string[] {
    return ['apply', 'dev', '--image', `api=${registry.host}/build/api:1.0.0`];
  }
});
