import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { VerifiedTarget } from '../../src/reports/verify.ts';
import { type DockerRegistry, startDockerRegistry } from '../servers/docker-registry.ts';
import { keep } from '../servers/keep.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { damageTo } from './damage.ts';
import { build, createShop, push } from './shop.ts';
import type { World } from './world.ts';

describeWith(['docker-registry', 'crane', 'cosign', 'git'], 'verify', () => {
  let registry: DockerRegistry;
  let world: World;
  let digest: string;
  let image: string;
  let damage: ReturnType<typeof damageTo>;
  let restore: readonly (() => Promise<void>)[];

  beforeAll(async () => {
    registry = await startDockerRegistry();
    world = await createShop({ near: registry.host, far: registry.host });
    digest = await push(build('1.4.2'), `${registry.host}/build/api:1.4.2`);
    image = `${registry.host}/production/api`;
    damage = damageTo(registry.host, 'production/api');
    await promote('1.4.2');
    expect(await world.run('apply', 'production', '--approved-by', 'alice')).toMatchObject({ code: 0 });
    restore = await Promise.all([registry.directory, world.directory].map(keep));
  });
  beforeEach(async () => {
    await Promise.all(restore.map(back => back()));
  });
  afterAll(async () => {
    await Promise.all([registry.stop(), world.close()]);
  });

  it('finds nothing wrong after a promotion, and writes nothing', async () => {
    await registry.requests();
    expect(await verify()).toEqual({ code: 0, sound: true, bad: [] });
    expect(await verify('--repair')).toEqual({ code: 0, sound: true, bad: [] });
    const requests = await registry.requests();
    expect(requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it.each<[string, (digest: string) => Promise<unknown>, readonly string[]]>([
    ['a platform', async index => damage.deleteManifest(await damage.child(index)), ['image']],
    ['a layer', index => damage.deleteLayer(index), ['image']],
    [
      'the list of its referrers',
      index => damage.deleteReferrers(index),
      ['signature', 'record', 'evidence'],
    ],
    ['its tags', index => damage.deleteTags(index), ['tags']],
    ['everything', index => damage.deleteManifest(index), ['image', 'tags']],
  ])('tells that an image lost %s, and repairs it once that is approved', async (_, lose, bad) => {
    await lose(digest);
    expect(await verify()).toEqual({ code: 3, sound: false, bad });
    expect(await verify('--repair')).toEqual({ code: 3, sound: false, bad });
    const commits = await world.git('rev-list', '--count', 'HEAD');
    expect(await verify('--repair', '--approved-by', 'alice')).toEqual({ code: 0, sound: true, bad: [] });
    expect(await world.git('rev-list', '--count', 'HEAD')).toBe(commits);
    await runProgram('crane', ['validate', '--insecure', '--remote', `${image}:1.4.2`]);
    const key = ['--key', join(world.repository, 'cosign.pub'), '--insecure-ignore-tlog'];
    await runProgram('cosign', ['verify', ...key, '--allow-http-registry', `${image}@${digest}`]);
  });

  it('repairs what is pinned, not what the source has moved on to', async () => {
    await push(build('1.5.0'), `${registry.host}/build/api:1.5.0`);
    await promote('1.5.0');
    const lost = await damage.deleteLayer(digest);
    const seen = await world.run('verify', 'production', '--format', 'markdown');
    expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining(lost)]);
    expect(await verify('--repair', '--approved-by', 'alice')).toEqual({ code: 0, sound: true, bad: [] });
    expect(await world.read('production/deployment.yaml')).toContain(`1.4.2@${digest}`);
    await runProgram('crane', ['validate', '--insecure', '--remote', `${image}@${digest}`]);
  });

  it('repairs an entry environment from where builds are pushed', async () => {
    const lost = await damageTo(registry.host, 'dev/api').deleteLayer(digest);
    const seen = await world.run('verify', 'dev');
    expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining(lost)]);
    expect(await world.run('verify', 'dev', '--repair')).toMatchObject({ code: 0 });
  });

  it('completes what is whole at its target without the source', async () => {
    for (const repository of ['qa/api', 'dev/api', 'build/api']) {
      await damageTo(registry.host, repository).deleteManifest(digest);
    }
    await damage.deleteReferrers(digest);
    expect(await verify('--repair', '--approved-by', 'alice')).toEqual({ code: 0, sound: true, bad: [] });
  });

  it('completes an entry environment without the build only where it was promoted before', async () => {
    const dev = damageTo(registry.host, 'dev/api');
    await damageTo(registry.host, 'build/api').deleteManifest(digest);
    await dev.deleteTags(digest);
    expect(await world.run('verify', 'dev', '--repair')).toMatchObject({ code: 0 });
    await dev.deleteReferrers(digest);
    expect(await world.run('verify', 'dev', '--repair')).toMatchObject({ code: 3 });
  });

  it('does not bless what was pinned past the environment before it', async () => {
    const foreign = await push(build('6.6.6'), `${image}:6.6.6`);
    await world.write(
      'production/deployment.yaml',
      (await world.read('production/deployment.yaml')).replace(`1.4.2@${digest}`, `6.6.6@${foreign}`),
    );
    await world.git('commit', '--quiet', '--all', '--message=By hand');
    const wrong = { code: 3, sound: false, bad: ['signature', 'record', 'tags'] };
    expect(await verify()).toEqual(wrong);
    expect(await verify('--repair', '--approved-by', 'alice')).toEqual(wrong);
  });

  it('shows what is signed only by a key that is kept for rotation', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await world.write('new.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const text = await world.read('environments.yaml');
    await world.write(
      'environments.yaml',
      text.replace('publicKey: cosign.pub', 'publicKey: new.pub, trusted: [cosign.pub]'),
    );
    const { code, stdout } = await world.run('verify', 'production', '--format', 'json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { targets: [{ sound: true, checks: { signature: { state: 'old' }, record: { state: 'old' } } }] },
    ]);
  });

  it('reports a pin without a digest', async () => {
    const text = await world.read('production/deployment.yaml');
    await world.write('production/deployment.yaml', text.replace(`@${digest}`, ''));
    await world.git('commit', '--quiet', '--all', '--message=By hand');
    const { code, stdout } = await world.run('verify', 'production', '--format', 'json');
    expect([code, JSON.parse(stdout)]).toMatchObject([3, { undigested: [{ image: 'api' }], targets: [] }]);
  });

  async function promote(version: string): Promise<void> {
    const reference = `api=${registry.host}/build/api:${version}`;
    expect(await world.run('apply', 'dev', '--image', reference)).toMatchObject({ code: 0 });
    expect(await world.run('apply', 'qa')).toMatchObject({ code: 0 });
  }

  async function verify(...args: readonly string[]) {
    const { code, stdout } = await world.run('verify', 'production', '--format', 'json', ...args);
    const { sound, targets } = JSON.parse(stdout);
    return { code, sound, bad: targets.flatMap(wrongParts) };
  }
});

function wrongParts({ checks }: VerifiedTarget): readonly string[] {
  return Object.entries(checks).flatMap(([part, { state }]) => (state === 'bad' ? [part] : []));
}
