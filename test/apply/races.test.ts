import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyEnvironment } from '../../src/apply/apply.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseEnvironments } from '../../src/environments/parse.ts';
import { openGitRepository } from '../../src/git/open.ts';
import type { Repository } from '../../src/git/repository.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import type { PromotionRequest } from '../../src/plan/request.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Effects } from '../../src/run/effects.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { describeWith, findProgram } from '../servers/tools.ts';

const ENVIRONMENTS = `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev.yaml"], commit: direct }
`;
const VALUES = 'image:\n  repository: oci:../dev/api\n  tag: "0"\n';
const HOLDS =
  '- { environment: dev, image: api, digest: all, reason: slow, by: bob, since: "2026-11-01T00:00:00Z" }\n';
const REQUEST: PromotionRequest = {
  environment: 'dev',
  images: new Map([['api', 'oci:../build/api:1']]),
  allowDirect: false,
  allowBackward: false,
  approvedBy: [],
  evidence: 'all',
};

describeWith(['git'], 'a branch that moves while promote works', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ 'dev.yaml': VALUES, 'other.txt': 'a\n' });
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['x'] });
    await pushImage(openLayout(world.repository)(parseRepositoryName('oci:../build/api')), image, '1');
  });
  afterEach(async () => await world.close());

  it('is observed again, and the commit lands on top', async () => {
    const result = await applyEnvironment(
      await effects(once(() => commit('other.txt', 'b\n'))),
      parsed(),
      REQUEST,
    );
    expect(result.state).toBe('done');
    expect(await world.git('log', '--format=%s')).toBe('Promote api 1 to dev\nMeanwhile\nStart');
    expect([await world.read('other.txt'), await world.read('dev.yaml')]).toEqual([
      'b\n',
      expect.stringContaining('1@sha256'),
    ]);
  });

  it('is planned anew when one of the pins took another value', async () => {
    const meanwhile = once(() => commit('dev.yaml', VALUES.replace('"0"', '"0.5"')));
    expect((await applyEnvironment(await effects(meanwhile), parsed(), REQUEST)).state).toBe('done');
    expect(await world.git('show', 'HEAD')).toContain('-  tag: "0.5"');
  });

  it('is planned anew when the image was held meanwhile', async () => {
    const meanwhile = once(async () => {
      await world.write('promote-holds.yaml', HOLDS);
      await world.git('add', '.');
      await world.git('commit', '--quiet', '--message=Hold');
    });
    expect((await applyEnvironment(await effects(meanwhile), parsed(), REQUEST)).state).toBe('closed');
    expect(await world.git('show', 'HEAD:dev.yaml')).toBe(VALUES.trim());
  });

  it('is given up after two minutes, with nothing committed', async () => {
    let time = 0;
    const now = () => {
      time += 30_000;
      return new Date(time);
    };
    const moving = await effects(async () => await commit('other.txt', `${time}\n`), now);
    const applied = await applyEnvironment(moving, parsed(), REQUEST);
    expect(applied).toMatchObject({ state: 'failed', groups: [{ failed: { code: 'BRANCH_MOVED' } }] });
    expect(await world.read('dev.yaml')).toBe(VALUES);
  });

  it('is left alone once the run is cancelled', async () => {
    const controller = new AbortController();
    const moving = await effects(async () => {
      await commit('other.txt', 'b\n');
      controller.abort();
    });
    const applied = applyEnvironment({ ...moving, signal: controller.signal }, parsed(), REQUEST);
    await expect(applied).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await world.read('dev.yaml')).toBe(VALUES);
  });

  it('two runs at once end as one', async () => {
    const [one, two] = [await effects(async () => undefined), await effects(async () => undefined)];
    const results = await Promise.all([one, two].map(each => applyEnvironment(each, parsed(), REQUEST)));
    expect(results.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(await world.git('rev-list', '--count', 'HEAD')).toBe('2');
    expect(await world.git('status', '--porcelain')).toBe('');
  });

  /** Effects on the world's repository; `meanwhile` runs right before each commit. */
  async function effects(meanwhile: () => Promise<void>, now = () => new Date()): Promise<Effects> {
    const git: Repository = await openGitRepository({
      location: { kind: 'checkout', directory: world.repository },
      executable: findProgram('git'),
      author: { name: 'promote', email: 'promote@example.com' },
      env: world.env,
    });
    const repository: Repository = {
      ...git,
      commit: async request => {
        await meanwhile();
        return await git.commit(request);
      },
    };
    const nothing = () => undefined;
    const signing = async () => Promise.reject(new Error('nothing is signed here'));
    const store = openLayout(world.repository);
    const effects = { store, repository: async () => repository, signing, trust: signing };
    return { ...effects, now, progress: nothing, log: nothing };
  }

  async function commit(path: string, text: string): Promise<void> {
    await world.write(path, text);
    await world.git('commit', '--quiet', '--all', '--message=Meanwhile');
  }
});

function parsed() {
  return parseEnvironments(ENVIRONMENTS, 'environments.yaml');
}

function once(action: () => Promise<void>): () => Promise<void> {
  let isDue = true;
  return async () => {
    if (isDue) await action();
    isDue = false;
  };
}
