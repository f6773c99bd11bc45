import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cosignTag } from '../../src/oci/cosign-tag.ts';
import { type Digest, isDigest } from '../../src/oci/digest.ts';
import { PROMOTION } from '../../src/records/statement.ts';
import type { Store } from '../../src/registry/store.ts';
import { readLegacyManifest } from '../../src/signing/legacy-tag.ts';
import { COSIGN_SIGN } from '../../src/signing/statement.ts';
import { build, createKey, push } from '../e2e/shop.ts';
import { createWorld, type World } from '../e2e/world.ts';
import { storesAt } from '../registry/remote-place.ts';
import { startDockerRegistry } from '../servers/docker-registry.ts';
import { type RegistryOptions, startRegistry } from '../servers/registry.ts';
import { seeded } from '../servers/seeded.ts';
import { describeWith } from '../servers/tools.ts';

const HINT = 'dev.sigstore.bundle.predicateType';
const ROUNDS = 3;

describe.each<[string, RegistryOptions]>([
  ['without the referrers API', { referrers: false }],
  ['with the referrers API', {}],
])('two runs of one plan at once, on a registry %s', (_, options) => {
  it('leave what one run leaves, however their requests mix', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const latency = seeded(round);
      const registry = await startRegistry({ pageSize: 100, ...options, latency: () => latency() * 12 });
      onTestFinished(() => registry.stop());
      expect(await runTwice(registry.host), `round ${round}`).toEqual(ONE);
    }
  });
});

describe('two runs of one plan at once, on a registry that deletes nothing', () => {
  it('both end well, and verify reports the second record without finding fault', async () => {
    const latency = seeded(1);
    const registry = await startRegistry({ deletes: false, latency: () => latency() * 12 });
    onTestFinished(() => registry.stop());
    const world = await shopAt(registry.host);
    expect(await applyTwice(world)).toEqual([0, 0]);
    const verified = await world.run('verify', 'dev');
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('2 of them') });
  });
});

describeWith(['docker-registry'], 'two runs of one plan at once, on docker-registry', () => {
  it('leave what one run leaves', async () => {
    const registry = await startDockerRegistry();
    onTestFinished(() => registry.stop());
    for (let round = 0; round < 2; round += 1)
      expect(await runTwice(registry.host, `r${round}`), `round ${round}`).toEqual(ONE);
  });
});

const ONE = { codes: [0, 0], signatures: 1, records: 1, layers: 1 };

async function runTwice(host: string, prefix = 'r') {
  const world = await shopAt(host, prefix);
  const codes = await applyTwice(world);
  const store = storesAt(host)(`${prefix}/dev/api`);
  const digest = await pinned(world);
  const referrers = await store.referrers(digest);
  const claim = (type: string) => referrers.filter(({ annotations }) => annotations?.[HINT] === type).length;
  const layers = await layersOf(store, digest);
  expect(await world.run('verify', 'dev')).toMatchObject({ code: 0 });
  await world.close();
  return { codes, signatures: claim(COSIGN_SIGN), records: claim(PROMOTION), layers };
}

async function applyTwice(world: World): Promise<readonly number[]> {
  const runs = [1, 2].map(() => world.run('apply', 'dev', '--image', `api=${world.env.SOURCE}`));
  const ended = await Promise.all(runs);
  return ended.map(({ code }) => code);
}

async function shopAt(host: string, prefix = 'r'): Promise<World> {
  const near = `${host}/${prefix}`;
  const world = await createWorld(
    {
      'environments.yaml': `version: 1
images:
  api: { source: ${near}/build/api }
signing: { key: ../cosign.key, publicKey: cosign.pub, formats: [bundle, legacy] }
environments:
  dev: { from: build, registry: ${near}/dev, files: ["dev/*.yaml"], commit: direct }
`,
      'dev/values.yaml': `image:\n  repository: ${near}/dev/api\n  tag: "0.0.0"\n`,
    },
    { SOURCE: `${near}/build/api:1.0.0` },
  );
  onTestFinished(() => world.close());
  await createKey(world);
  await push(build('1.0.0', 1, 1), `${near}/build/api:1.0.0`);
  return world;
}

async function pinned(world: World): Promise<Digest> {
  const values = await readFile(join(world.repository, 'dev/values.yaml'), 'utf8');
  const [digest = ''] = /sha256:[0-9a-f]{64}/.exec(values) ?? [];
  if (!isDigest(digest)) throw new Error(`nothing is pinned:\n${values}`);
  return digest;
}

async function layersOf(store: Store, digest: Digest): Promise<number> {
  const found = await readLegacyManifest(store, cosignTag(digest, 'sig') ?? '');
  return found?.manifest.layers.length ?? 0;
}
