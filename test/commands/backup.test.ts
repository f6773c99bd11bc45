import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import { createKey } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';

const FILE = `version: 1
images: { api: { source: "oci:../build/api" } }
signing: { key: ../cosign.key, publicKey: cosign.pub, repository: "oci:../evidence" }
environments:
  dev: { from: build, registry: "oci:../dev", files: ["dev/*.yaml"], commit: direct }
  production: { from: dev, registry: "oci:../prod", BACKUPfiles: ["prod/*.yaml"], commit: direct }
`;

let world: World;
beforeEach(async () => {
  world = await createWorld({
    'environments.yaml': FILE.replace('BACKUP', ''),
    'dev/api.yaml': 'image: oci:../dev/api:0\n',
    'prod/api.yaml': 'image: oci:../prod/api:0\n',
  });
  await createKey(world);
});
afterEach(async () => await world.close());

async function release(version: string): Promise<void> {
  const platforms = [{ os: 'linux', architecture: 'amd64' }];
  const store = openLayout(world.repository)(parseRepositoryName('oci:../build/api'));
  await pushImage(store, buildImage({ platforms, layers: [version] }), version);
  await world.run('apply', 'dev', '--image', `api=oci:../build/api:${version}`);
  expect((await world.run('apply', 'production')).code).toBe(0);
}

async function addBackup(): Promise<void> {
  await world.write('environments.yaml', FILE.replace('BACKUP', 'backup: "oci:../backup", '));
  await world.git('commit', '--quiet', '--all', '--message=A backup');
}

async function verify(...more: readonly string[]) {
  const ran = await world.run('verify', 'production', '--format', 'json', ...more);
  const { former, sound, repair } = JSON.parse(ran.stdout);
  const kinds = former?.map(({ tags, kind }: { tags: string[]; kind: string }) => `${tags} ${kind}`);
  return { code: ran.code, sound, former: kinds, repair };
}

it('is sound after a promotion whose evidence repository has the record of the other registry', async () => {
  await addBackup();
  await release('1.0.0');
  expect(await verify()).toMatchObject({ code: 0, sound: true });
  expect(await verify('--registry', 'backup')).toMatchObject({ code: 0, sound: true });
});

it('that is new gets what is pinned and what a rollback may want, and serves when the registry lost it', async () => {
  await release('1.0.0');
  await release('2.0.0');
  await addBackup();
  expect(await verify('--registry', 'backup')).toMatchObject({
    code: 3,
    former: ['1.0.0 missing', '0 undigested'],
  });
  const repaired = await verify('--registry', 'backup', '--repair');
  expect(repaired).toMatchObject({ code: 0, former: ['1.0.0 complete', '0 undigested'] });
  const again = await verify('--registry', 'backup', '--repair');
  expect(again).toMatchObject({ code: 0, repair: null });
  for (const lost of ['prod', 'dev', 'build']) await rm(join(world.directory, lost), { recursive: true });
  const steps = ['production', '--image', 'api', '--yes'];
  expect(await world.run('rollback', ...steps)).toMatchObject({ code: 1 });
  const { code, stdout } = await world.run('rollback', ...steps, '--restore');
  expect([code, stdout]).toEqual([0, expect.stringContaining('is restored from oci:../backup/api')]);
  expect(await world.read('prod/api.yaml')).toContain('1.0.0');
});

it('gets nothing from a repair while its environment is stopped', async () => {
  await release('1.0.0');
  await release('2.0.0');
  await addBackup();
  expect((await world.run('hold', 'production', '--reason', 'incident 42')).code).toBe(0);
  const stopped = await world.run('verify', 'production', '--registry', 'backup', '--repair');
  expect(stopped).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/nothing is copied .*incident 42/),
  });
  expect(await verify('--registry', 'backup')).toMatchObject({ former: ['1.0.0 missing', '0 undigested'] });
  await world.run('lift', 'production');
  expect(await verify('--registry', 'backup', '--repair')).toMatchObject({ code: 0, sound: true });
});

it('that is new gets what a rollback may want from the next promotion, too', async () => {
  await release('1.0.0');
  await release('2.0.0');
  await addBackup();
  await release('3.0.0');
  expect(await verify('--registry', 'backup')).toMatchObject({
    code: 0,
    former: ['2.0.0 complete', '1.0.0 complete', '0 undigested'],
  });
});

it('names what it lacks where no registry has it any more, and completes nothing then', async () => {
  await release('1.0.0');
  await release('2.0.0');
  await addBackup();
  await verify('--registry', 'backup', '--repair');
  for (const lost of ['prod', 'backup']) await rm(join(world.directory, lost), { recursive: true });
  expect(await verify('--registry', 'backup')).toMatchObject({
    code: 3,
    former: ['1.0.0 lost', '0 undigested'],
  });
  expect((await world.run('verify', 'production', '--registry', 'oci:../prod', '--repair')).code).toBe(2);
});
