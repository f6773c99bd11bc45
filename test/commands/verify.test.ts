import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createWorld, type World } from '../e2e/world.ts';

const ENVIRONMENTS = `version: 1
images:
  api: { source: "oci:../build/api" }
  web: { source: "oci:../build/web" }
environments:
  dev:
    from: build
    registry:
      - { push: "oci:../eu", pull: eu.example/dev }
      - { push: "oci:../us", pull: us.example/dev, files: ["us/*"] }
    files: ["dev/*.yaml"]
    commit: direct
`;

describe('an environment of two regions, unsigned', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({
      'environments.yaml': ENVIRONMENTS,
      'dev/api.yaml': 'image: { repository: eu.example/dev/api, tag: "0" }\n',
      'dev/web.yaml': 'image: { repository: eu.example/dev/web, tag: "0" }\n',
    });
    for (const name of ['api', 'web']) {
      const platforms = [{ os: 'linux', architecture: 'amd64' }];
      const store = openLayout(world.repository)(parseRepositoryName(`oci:../build/${name}`));
      await pushImage(store, buildImage({ platforms, layers: [name] }), '1.0.0');
    }
    const builds = ['api', 'web'].flatMap(name => ['--image', `${name}=oci:../build/${name}:1.0.0`]);
    expect(await world.run('apply', 'dev', ...builds)).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await world.close();
  });

  it('is verified for each image in each region, without asking for signatures', async () => {
    const { code, targets } = await verify();
    expect(code).toBe(0);
    expect(targets).toEqual(['api eu', 'api us', 'web eu', 'web us'].map(name => `${name} good unasked`));
  });

  it('is repaired just where it lacks something', async () => {
    await rm(join(world.directory, 'us/web'), { recursive: true });
    expect(await verify()).toMatchObject({
      code: 3,
      targets: ['api eu good unasked', 'api us good unasked', 'web eu good unasked', 'web us bad unasked'],
    });
    const { stdout, code } = await world.run('verify', 'dev', '--repair', '--format', 'json');
    const { repair, sound } = JSON.parse(stdout);
    expect([code, sound]).toEqual([0, true]);
    expect(repair.groups).toMatchObject([{ group: 'web', result: { copied: 1, present: 1 } }]);
  });

  it('is repaired where a tag that moves has gone on, which is left alone', async () => {
    const text = ENVIRONMENTS.replace(
      'commit:',
      'tags: ["{tag}", { name: "{major}", moves: true }]\n    commit:',
    );
    await world.write('environments.yaml', text);
    expect(await world.run('verify', 'dev', '--repair')).toMatchObject({ code: 0 });
    const eu = openLayout(world.repository)(parseRepositoryName('oci:../eu/web'));
    const newer = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['newer'] });
    await pushImage(eu, newer, '1');
    const found = await eu.head('1.0.0');
    await rm(join(world.directory, 'eu/web/blobs', ...(found?.digest ?? '').split(':')));
    expect(await world.run('verify', 'dev')).toMatchObject({ code: 3 });
    const { code, stdout, stderr } = await world.run('verify', 'dev', '--repair');
    expect(code, stdout + stderr).toBe(0);
    expect([await eu.head('1.0.0'), await eu.head('1')]).toMatchObject([
      { digest: found?.digest },
      { digest: newer.index.descriptor.digest },
    ]);
  });

  it('is told of in every region that can be read, though another cannot', async () => {
    await writeFile(join(world.directory, 'us/web/index.json'), 'damaged');
    const { code, stdout } = await world.run('verify', 'dev', '--format', 'json');
    const { sound, targets } = JSON.parse(stdout);
    expect([code, sound]).toEqual([1, false]);
    expect(targets.map(({ failure }: Printed) => failure)).toEqual([
      undefined,
      undefined,
      undefined,
      'manifest: not JSON',
    ]);
    expect(targets[3].checks).toMatchObject({ image: { state: 'bad', summary: 'not read' } });
    expect(targets[3].checks.signature).toMatchObject({ state: 'unasked', summary: 'not read' });
  });

  it('stops for no file that cannot be read where that is not needed, and names it', async () => {
    const platforms = [{ os: 'linux', architecture: 'amd64' }];
    const built = openLayout(world.repository)(parseRepositoryName('oci:../build/api'));
    await pushImage(built, buildImage({ platforms, layers: ['api 2'] }), '2.0.0');
    await world.run('apply', 'dev', '--image', 'api=oci:../build/api:2.0.0');
    await world.write('dev/broken.yaml', 'image: [eu.example/dev/api:1\n');
    await world.gits(['add', '-A'], ['commit', '-qm', 'break it']);
    const named = 'dev/broken.yaml:';
    expect(await world.run('verify', 'dev')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining(named),
    });
    expect(await world.run('status')).toMatchObject({ code: 0, stdout: expect.stringContaining(named) });
    const back = await world.run('rollback', 'dev', '--yes');
    expect(back, back.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(named) });
    const held = await world.run('hold', 'dev', 'web', '--all', '--reason', 'broken');
    expect(held).toMatchObject({ code: 0, stderr: expect.stringContaining(named) });
    const applied = await world.run('apply', 'dev', '--image', 'api=oci:../build/api:1.0.0');
    expect(applied).toMatchObject({ code: 1, stderr: expect.stringContaining(named) });
  });

  async function verify() {
    const { code, stdout } = await world.run('verify', 'dev', '--format', 'json');
    const targets = JSON.parse(stdout).targets.map(
      ({ image, repository, checks }: Printed) =>
        `${image} ${repository.slice('oci:../'.length, 'oci:../eu'.length)} ${checks.image.state} ${checks.signature.state}`,
    );
    return { code, targets };
  }
});

interface Printed {
  readonly image: string;
  readonly repository: string;
  readonly failure?: string;
  readonly checks: Readonly<Record<'image' | 'signature', { readonly state: string }>>;
}
