import { afterAll, afterEach, expect, it } from 'vitest';
import { startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { createWorld, type World } from './world.ts';

const registry = await startRegistry();
const { host } = registry;

const GOOD = `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"], commit: direct }
`;
const VALUES = { 'dev/values.yaml': `image: { repository: ${host}/dev/api, tag: "1" }\n` };

describeWith(['git'], 'promote check', () => {
  let world: World;
  afterEach(async () => await world.close());
  afterAll(async () => await registry.stop());

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['a sound file', { 'environments.yaml': GOOD, ...VALUES }, 0, 'nothing to correct'],
    [
      'a glob that matches nothing',
      { 'environments.yaml': GOOD.replace('["dev/*.yaml"', '["dev/*.yaml", "eu/**"'), ...VALUES },
      0,
      'eu/**',
    ],
    [
      'a mention that no pin holds',
      {
        'environments.yaml': GOOD,
        'dev/values.yaml': `${VALUES['dev/values.yaml']}args: [--image=${host}/dev/api:1]\n`,
      },
      0,
      `dev/values.yaml:2:16: ${host}/dev/api:1 names api`,
    ],
    ['files that pin nothing', { 'environments.yaml': GOOD, 'dev/values.yaml': 'a: b\n' }, 2, '1 error'],
    [
      'a file that is no YAML',
      { 'environments.yaml': GOOD, 'dev/values.yaml': `image: [${host}/dev/api` },
      2,
      'dev/values.yaml',
    ],
    [
      'reviews on plain Git',
      {
        'environments.yaml': GOOD.replace('commit: direct', 'gates: { approval: {} }'),
        ...VALUES,
      },
      2,
      'without a pull request',
    ],
  ])('ends on %s as it should', async (_, files, code, words) => {
    world = await createWorld(files);
    const ran = await world.run('check');
    expect([ran.code, ran.stdout]).toEqual([code, expect.stringContaining(words)]);
    const json = await world.run('check', '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ file: 'environments.yaml' });
  });

  it('does not call an image unpinned where files could not be read', async () => {
    world = await createWorld({ 'environments.yaml': GOOD, 'dev/values.yaml': `image: [${host}/dev/api` });
    const { stdout } = await world.run('check');
    expect(stdout).toMatch(/dev\/values\.yaml:1:\d+: not YAML/);
    expect(stdout).not.toMatch(/pinned in no environment|pins an image of ours/);
  });

  it('shows every problem of a file that is wrong by itself', async () => {
    world = await createWorld({ 'environments.yaml': `${GOOD}imges: {}\nhosst: {}\n` });
    const ran = await world.run('check');
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('2 problems')]);
  });
});
