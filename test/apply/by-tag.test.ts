import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createKey } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';

const ENVIRONMENTS = `version: 1
images:
  api: { source: "oci:../build" }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: { push: "oci:../dev/{image}", pull: "dev.example/{image}" }, files: ["dev/*.yaml"], commit: direct, pin: tag }
  qa: { from: dev, registry: { push: "oci:../qa/{image}", pull: "qa.example/{image}" }, files: ["qa/*.yaml"], commit: direct }
`;

describe('pins by their tag alone', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({
      'environments.yaml': ENVIRONMENTS,
      'dev/values.yaml': 'image: { repository: dev.example/api, tag: 0.9.0 }\n',
      'qa/values.yaml': 'image: { repository: qa.example/api, tag: 0.9.0 }\n',
    });
    await createKey(world);
  });
  afterEach(async () => await world.close());

  const open = (path: string) => openLayout(world.repository)(parseRepositoryName(`oci:../${path}`));
  async function push(path: string, tag: string, layer = tag): Promise<string> {
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: [layer] });
    await pushImage(open(path), image, tag);
    return image.index.descriptor.digest;
  }
  async function promote(version: string): Promise<string> {
    const digest = await push('build', version);
    const ran = await world.run('apply', 'dev', '--image', `api=oci:../build:${version}`);
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
    return digest;
  }

  it('are not promoted again where the tag was pinned here before and has been replaced', async () => {
    // Words without an order: only the history can tell.
    await promote('one');
    await promote('other');
    const again = await world.run('plan', 'dev', '--image', 'api=oci:../build:one');
    expect(again, again.stdout).toMatchObject({ code: 3 });
    expect(again.stdout).toMatch(/[0-9a-f]{12} was pinned here before and has been replaced/);
    // The tag of another image is none of this one's.
    await push('build', 'third');
    expect(await world.run('plan', 'dev', '--image', 'api=oci:../build:third')).toMatchObject({ code: 0 });
  });

  it('go on with the digest of our record, and are verified and rolled back by it', async () => {
    const first = await promote('1.0.0');
    await promote('1.1.0');
    expect(await world.read('dev/values.yaml')).toBe('image: { repository: dev.example/api, tag: 1.1.0 }\n');
    expect(await world.run('apply', 'dev', '--image', 'api=oci:../build:1.1.0')).toMatchObject({ code: 0 });
    const sound = await world.run('verify', 'dev');
    expect(sound, sound.stdout).toMatchObject({ code: 0 });
    expect(await world.run('rollback', 'dev', '--yes')).toMatchObject({ code: 0 });
    expect(await world.read('dev/values.yaml')).toContain('tag: 1.0.0 }');
    // What it took back is held out, although no file ever named its digest.
    expect(await world.read('promote-holds.yaml')).toContain('sha256:');
    const onward = await world.run('apply', 'qa');
    expect(onward, onward.stdout + onward.stderr).toMatchObject({ code: 0 });
    expect(await world.read('qa/values.yaml')).toContain(`1.0.0@${first}`);
    expect((await world.run('check')).stdout).not.toContain('record');
  });

  it('are closed by a tag that someone moved: onward, in verify, rollback and check, with both digests', async () => {
    const digest = await promote('1.0.0');
    const moved = await push('dev/api', '1.0.0', 'someone else');
    const both = new RegExp(`names ${moved}, and our record says ${digest}`);
    for (const [code, ...command] of [
      [3, 'apply', 'qa'],
      [3, 'verify', 'dev'],
      [2, 'check'],
    ] as const) {
      const ran = await world.run(...command);
      expect(ran, command.join(' ')).toMatchObject({ code, stdout: expect.stringMatching(both) });
    }
    expect(await open('qa/api').head('1.0.0')).toBeUndefined();
    await promote('1.1.0');
    const back = await world.run('rollback', 'dev', '--yes');
    expect(back).toMatchObject({ code: 1, stderr: expect.stringMatching(both) });
    expect(await world.read('dev/values.yaml')).toContain('tag: 1.1.0');
  });

  it('are closed where no record of ours knows the tag', async () => {
    const digest = await push('dev/api', '0.9.0');
    const onward = await world.run('apply', 'qa');
    expect(onward).toMatchObject({ code: 3, stdout: expect.stringContaining(`it names ${digest}`) });
    expect(await open('qa/api').head('0.9.0')).toBeUndefined();
  });

  it.each([
    ['signing', ENVIRONMENTS.replace(/^signing.*\n/m, ''), 'has no signing'],
    [
      'a first tag that stays',
      ENVIRONMENTS.replace('pin: tag', 'pin: tag, tags: [{ name: latest, moves: true }, "{tag}"]'),
      'latest moves',
    ],
  ])('are refused by check and apply without %s', async (_, text, reason) => {
    await world.write('environments.yaml', text);
    await world.gits(['commit', '-qam', 'change it']);
    await push('build', '1.0.0');
    const ran = await world.run('apply', 'dev', '--image', 'api=oci:../build:1.0.0');
    expect(ran).toMatchObject({ code: 3, stdout: expect.stringContaining(reason) });
    expect(await open('dev/api').head('1.0.0')).toBeUndefined();
    expect(await world.run('check')).toMatchObject({ code: 2, stdout: expect.stringContaining(reason) });
  });

  it('may be a version alone, of an image whose tag has a v', async () => {
    const alone = ENVIRONMENTS.replace('pin: tag', 'pin: version').replace(
      'source: "oci:../build"',
      'source: "oci:../build", pins: [{ files: "dev/*", path: targetRevision, kind: version }]',
    );
    await world.write('environments.yaml', alone);
    await world.write('dev/values.yaml', 'targetRevision: 0.9.0\n');
    await world.gits(['commit', '-qam', 'change it']);
    const digest = await promote('v1.0.0');
    expect(await world.read('dev/values.yaml')).toBe('targetRevision: 1.0.0\n');
    expect(await world.run('verify', 'dev')).toMatchObject({ code: 0 });
    expect(await world.run('apply', 'qa')).toMatchObject({ code: 0 });
    expect(await world.read('qa/values.yaml')).toContain(`v1.0.0@${digest}`);
  });
});
