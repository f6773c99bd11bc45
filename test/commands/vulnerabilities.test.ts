import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { found } from '../cli/vulnerable-shop.ts';
import { describeWith } from '../servers/tools.ts';
import { newPrivateKey, publicPem, toPem } from '../signing/keys.ts';
import { trivyReport } from '../vulnerabilities/trivy-report.ts';
import { type BaseWorld, createBaseWorld } from './refresh/base-world.ts';

describeWith(['git'], 'what a rebuild would cure', () => {
  let world: BaseWorld;
  beforeAll(async () => {
    world = await createBaseWorld('{ registries: [HOST] }');
  });
  afterAll(async () => await world.close());

  it('is named where a newer base is there, and nobody is told that it is certain without an SBOM', async () => {
    const scanner = newPrivateKey();
    const base = `${world.registry.host}/base/os:1`;
    const old = await world.publish('base/os:1', ['os 1']);
    const annotations = {
      'org.opencontainers.image.base.name': base,
      'org.opencontainers.image.base.digest': old,
    };
    const digest = await world.publish('dev/api:1', ['os 1', 'api'], { annotations });
    const gate = 'gates: { vulnerabilities: { max: low, signers: { key: scanner.pub } } }';
    await world.put({
      'environments.yaml': `version: 1
images: { api: {} }
environments:
  dev: { from: build, registry: HOST/dev, files: ["dev/*.yaml"], ${gate} }
refresh: { registries: [HOST] }
`,
      'scanner.pub': publicPem(scanner),
      Dockerfile: 'FROM HOST/base/os:1\n',
      'dev/api.yaml': `image:\n  repository: HOST/dev/api\n  tag: "1@${digest}"\n`,
    });
    await writeFile(join(world.repository, '../scanner.key'), toPem(scanner));
    for (const architecture of ['amd64', 'arm64']) {
      const scan = trivyReport({
        manifest: digest as never,
        architecture,
        vulnerabilities: [found(1, 'HIGH')],
      });
      await writeFile(join(world.repository, '../scan.json'), JSON.stringify(scan));
      const reference = `${world.registry.host}/dev/api:1`;
      const args = ['report', 'attach', reference, '../scan.json', '--key', '../scanner.key'];
      expect(await world.run(...args)).toMatchObject({ code: 0 });
    }
    expect(await api()).toMatchObject({ state: 'scanned', cures: [], vulnerabilities: [{ curedBy: [] }] });
    const newer = await world.publish('base/os:1', ['os 2']);
    expect(await api()).toMatchObject({
      cures: [{ kind: 'base', base, digest: newer }],
      vulnerabilities: [{ id: 'CVE-2026-0001', curedBy: [{ cure: 0, certain: false }] }],
    });
  });

  async function api() {
    const { stdout } = await world.run('vulnerabilities', 'dev', '--format', 'json');
    return JSON.parse(stdout).environments[0].images[0];
  }
});
