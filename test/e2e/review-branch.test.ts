import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Registry, startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { build, push } from './shop.ts';
import { createWorld, type Ran, type World } from './world.ts';

const BRANCH = 'promote/qa/all';

describeWith(['git'], 'a promotion through a branch for review', () => {
  let registry: Registry;
  let world: World;

  beforeEach(async () => {
    registry = await startRegistry();
    const values = (image: string, place: string) =>
      `image:\n  repository: ${registry.host}/${place}/${image}\n  tag: "0"\n`;
    world = await createWorld({
      'environments.yaml': `version: 1
images: { api: {}, web: {} }
environments:
  dev: { from: build, registry: "${registry.host}/dev", files: ["dev/*.yaml"], commit: direct }
  qa: { from: dev, registry: "${registry.host}/qa", files: ["qa/*.yaml"] }
`,
      'dev/api.yaml': values('api', 'dev'),
      'dev/web.yaml': values('web', 'dev'),
      'qa/api.yaml': values('api', 'qa'),
      'qa/web.yaml': values('web', 'qa'),
    });
    await deliver('api', '1.0.0');
    await deliver('web', '1.0.0');
  });
  afterEach(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('waits for the merge, writes nothing meanwhile, and is done after it', async () => {
    expect(await state('apply', 'qa')).toBe('waiting');
    const branch = await world.git('rev-parse', BRANCH);
    expect(await world.git('diff', '--name-only', 'main', BRANCH)).toBe('qa/api.yaml\nqa/web.yaml');
    registry.requests();
    expect(await state('apply', 'qa')).toBe('waiting');
    expect(await world.git('rev-parse', BRANCH)).toBe(branch);
    expect(registry.requests().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    await world.git('merge', '--quiet', BRANCH);
    expect(await state('apply', 'qa')).toBe('nothing');
  });

  it('brings a newer digest to the same branch, in one commit on the base', async () => {
    await state('apply', 'qa');
    await deliver('api', '1.1.0');
    expect(await state('apply', 'qa')).toBe('waiting');
    expect(await world.git('rev-list', '--count', `main..${BRANCH}`)).toBe('1');
    expect(await world.git('show', `${BRANCH}:qa/api.yaml`)).toContain('1.1.0@');
  });

  it('keeps what a filtered run was not asked about', async () => {
    await state('apply', 'qa');
    await deliver('api', '1.1.0');
    await state('apply', 'qa', '--image', 'api');
    expect(await world.git('show', `${BRANCH}:qa/api.yaml`)).toContain('1.1.0@');
    expect(await world.git('show', `${BRANCH}:qa/web.yaml`)).toContain('1.0.0@');
  });

  it('does not overwrite a commit that a person made there', async () => {
    await state('apply', 'qa');
    await world.git('checkout', '--quiet', BRANCH);
    await world.write('qa/api.yaml', `${await world.read('qa/api.yaml')}# by hand\n`);
    await world.git('commit', '--quiet', '--all', '--message=By hand');
    await world.git('checkout', '--quiet', 'main');
    const branch = await world.git('rev-parse', BRANCH);
    await deliver('api', '1.1.0');
    expect(await world.run('apply', 'qa')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(BRANCH),
    });
    expect(await world.git('rev-parse', BRANCH)).toBe(branch);
  });

  async function state(...args: readonly string[]): Promise<unknown> {
    const ran: Ran = await world.run(...args, '--format', 'json');
    expect(ran.code, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout).state;
  }

  async function deliver(image: string, version: string): Promise<void> {
    const reference = `${registry.host}/build/${image}:${version}`;
    await push(build(`${image}-${version}`), reference);
    expect(await world.run('apply', 'dev', '--image', `${image}=${reference}`)).toMatchObject({ code: 0 });
  }
});
