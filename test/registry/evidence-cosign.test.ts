import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { type LayoutPlace, layoutPlace, type RegistryPlace, registryPlace } from './places.ts';

const PASSWORD = { COSIGN_PASSWORD: 'test' };
const PROGRAMS = ['docker-registry', 'cosign', 'cosign2', 'crane', 'oras', 'skopeo'];

describeWith(PROGRAMS, 'evidence, judged by cosign', () => {
  let here: RegistryPlace;
  let there: RegistryPlace;
  let layouts: LayoutPlace;
  let keys: string;
  const image = buildImage({
    platforms: ['amd64', 'arm64'].map(architecture => ({ os: 'linux', architecture })),
    layers: ['signed'],
  });
  const { digest } = image.index.descriptor;
  const digests = [image.index, ...image.manifests].map(({ descriptor }) => descriptor.digest);

  beforeAll(async () => {
    [here, there, layouts] = await Promise.all([registryPlace(), registryPlace(), layoutPlace()]);
    keys = await mkdtemp(join(tmpdir(), 'promote-keys-'));
    for (const name of ['alice', 'bob']) {
      await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', join(keys, name)], PASSWORD);
    }
    await pushImage(here.store('app'), image, '1.0');
    await sign('cosign', here, 'alice', ['--use-signing-config=false', '--recursive']);
    await sign('cosign2', here, 'alice', ['--recursive']);
  });
  afterAll(async () => {
    await Promise.all([here.close(), there.close(), layouts.close()]);
    await rm(keys, { recursive: true, force: true });
  });

  it.each(['cosign', 'cosign2'])(
    '%s verifies the image and its platforms at another registry',
    async program => {
      const options = { source: here.store('app'), target: there.store('app'), from: digest, tag: '1.0' };
      await copyImage({ ...options, evidence: 'all' });
      for (const each of digests) await verify(program, there, each, 'alice');
      expect(await copyImage({ ...options, evidence: 'all' })).toMatchObject({ changed: false, evidence: 6 });
    },
  );

  it.each(['cosign', 'cosign2'])('%s verifies it after a way through an image layout', async program => {
    const layout = layouts.store('app');
    await copyImage({ source: here.store('app'), target: layout, from: digest, tag: '1.0', evidence: 'all' });
    await copyImage({
      source: layout,
      target: there.store('back'),
      from: '1.0',
      tag: '1.0',
      evidence: 'all',
    });
    for (const each of digests) await verify(program, there, each, 'alice', 'back');
  });

  it('keeps the signatures that the target had of its own', async () => {
    await pushImage(there.store('merged'), image, '1.0');
    await sign('cosign2', there, 'bob', [], 'merged');
    const options = { source: here.store('app'), target: there.store('merged'), from: digest };
    await copyImage({ ...options, evidence: 'all' });
    for (const key of ['alice', 'bob']) await verify('cosign2', there, digest, key, 'merged');
    expect(await copyImage({ ...options, evidence: 'all' })).toMatchObject({ changed: false });
  });

  it('carries nothing to verify where evidence stays behind', async () => {
    const options = { source: here.store('app'), target: there.store('bare'), from: digest };
    await copyImage({ ...options, evidence: 'none' });
    await expect(verify('cosign2', there, digest, 'alice', 'bare')).rejects.toThrow(/no signatures found/);
  });

  it('is what crane, oras and skopeo read too', async () => {
    const name = `${there.host}/app`;
    await runProgram('crane', ['validate', '--fast', '--insecure', '--remote', `${name}:1.0`]);
    const discovered = await runProgram('oras', [
      'discover',
      '--plain-http',
      '--format',
      'json',
      `${name}:1.0`,
    ]);
    expect(JSON.parse(discovered.stdout).referrers.length).toBe(1);
    const inspected = await runProgram('skopeo', [
      'inspect',
      '--raw',
      '--tls-verify=false',
      `docker://${name}:1.0`,
    ]);
    expect(inspected.stdout).toBe(Buffer.from(image.index.bytes).toString());
    const layout = `${layouts.directory}/app:1.0`;
    const offline = await runProgram('oras', ['discover', '--oci-layout', '--format', 'json', layout]);
    expect(JSON.parse(offline.stdout).referrers.length).toBe(1);
    await runProgram('skopeo', ['copy', '--all', `oci:${layout}`, `dir:${layouts.directory}/copied`]);
  });

  async function sign(
    program: string,
    { host }: RegistryPlace,
    key: string,
    flags: readonly string[],
    path = 'app',
  ): Promise<void> {
    const options = [
      '--yes',
      '--key',
      join(keys, `${key}.key`),
      '--tlog-upload=false',
      '--allow-http-registry',
    ];
    await runProgram(program, ['sign', ...options, ...flags, `${host}/${path}@${digest}`], PASSWORD);
  }

  async function verify(program: string, { host }: RegistryPlace, of: Digest, key: string, path = 'app') {
    const options = ['--key', join(keys, `${key}.pub`), '--insecure-ignore-tlog', '--allow-http-registry'];
    await runProgram(program, ['verify', ...options, `${host}/${path}@${of}`]);
  }
});
