import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { isDigest } from '../../src/oci/digest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { describeWith, runProgram } from '../servers/tools.ts';
import { layoutPlace, registryPlace } from './places.ts';

const PASSWORD = { COSIGN_PASSWORD: 'test' };
const UNLOGGED = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry'];

describeWith(['docker-registry', 'cosign', 'oras'], 'an image with all kinds of evidence', () => {
  it('arrives whole from dev over a layout in production, as cosign and oras see it', async () => {
    const [dev, production, layouts] = await Promise.all([registryPlace(), registryPlace(), layoutPlace()]);
    const files = await mkdtemp(join(tmpdir(), 'promote-proof-'));
    onTestFinished(async () => {
      await Promise.all([dev.close(), production.close(), layouts.close(), rm(files, { recursive: true })]);
    });
    const [key, statement] = [join(files, 'cosign'), join(files, 'slsa.json')];
    await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', key], PASSWORD);
    await writeFile(join(files, 'sbom.json'), '{"spdxVersion":"SPDX-2.3"}');
    await writeFile(statement, '{"buildType":"x","builder":{"id":"b"}}');
    const by = ['--yes', '--key', `${key}.key`, ...UNLOGGED];
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['proof'] });
    await pushImage(dev.store('api'), image, '1.0');

    const subjects = [image.index, ...image.manifests].map(({ descriptor }) => descriptor.digest);
    const boms: string[] = [];
    for (const subject of subjects) {
      const name = `${dev.host}/api@${subject}`;
      const sbom = ['--artifact-type', 'application/spdx+json', name, 'sbom.json'];
      await runProgram('oras', ['attach', '--plain-http', ...sbom], {}, files);
      const [bom = ''] = (await dev.store('api').referrers(subject)).map(({ digest }) => digest);
      boms.push(bom);
      await runProgram('cosign', ['sign', ...by, `${dev.host}/api@${bom}`], PASSWORD);
      await runProgram('cosign', ['sign', ...by, name], PASSWORD);
      const attest = ['--type', 'slsaprovenance', '--predicate', statement, name];
      await runProgram('cosign', ['attest', ...by, ...attest], PASSWORD);
    }
    const layout = layouts.store('api');
    const whole = { from: '1.0', tag: '1.0', evidence: 'all' } as const;
    for (const copied of [
      await copyImage({ ...whole, source: dev.store('api'), target: layout }),
      await copyImage({ ...whole, source: layout, target: production.store('api') }),
    ])
      expect(copied).toMatchObject({ evidence: 8, evidenceFound: 8 });

    const trusted = ['--key', `${key}.pub`, '--insecure-ignore-tlog', '--allow-http-registry'];
    for (const each of [...subjects, ...boms])
      await runProgram('cosign', ['verify', ...trusted, `${production.host}/api@${each}`]);
    for (const subject of subjects) {
      const name = `${production.host}/api@${subject}`;
      await runProgram('cosign', ['verify-attestation', '--type', 'slsaprovenance', ...trusted, name]);
      const { stdout } = await runProgram('oras', ['discover', '--plain-http', '--depth', '9', name]);
      expect(stdout.match(/sha256:[0-9a-f]{64}$/gm)?.filter(isDigest)).toHaveLength(5);
      for (const bom of boms.filter((_, index) => subjects[index] === subject)) expect(stdout).toContain(bom);
    }
  });
});
