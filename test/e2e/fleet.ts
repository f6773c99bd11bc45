import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createHttp } from '../../src/http/http.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { openRemote } from '../../src/registry/remote/remote.ts';
import { type Registry, type RegistryOptions, startRegistry } from '../servers/registry.ts';
import { build, createKey, push } from './shop.ts';
import { createWorld, type World } from './world.ts';

/** Many images of one group on their way into an environment whose plan is written. */
export interface Fleet extends AsyncDisposable {
  readonly world: World;
  readonly registry: Registry;
  readonly images: readonly string[];
  /** For 50,000 images. */
  readonly forecast: unknown;
  readonly plan: () => Promise<{
    readonly plans: never[];
    readonly weights: Readonly<Record<string, number>>;
  }>;
  /** What a target has: whether it is whole, its tags, and its referrers by predicate. */
  state(image: string): Promise<TargetState>;
}

/** What there is of an image at its target. */
export interface TargetState {
  readonly isWhole: boolean;
  readonly tags: readonly string[];
  readonly signatures: number;
  readonly records: number;
}

/** Builds the images, and a plan of them in `../plan.json`. */
export async function createFleet(count: number, gates = '', options: RegistryOptions = {}): Promise<Fleet> {
  const registry = await startRegistry(options);
  const { host } = registry;
  const images = Array.from({ length: count }, (_, index) => `image-${index}`);
  const world = await createWorld({
    'environments.yaml': `version: 1
images: { ${images.map(image => `${image}: {}`).join(', ')} }
signing: { key: ../cosign.key, publicKey: cosign.pub }
environments:
  dev: { from: build, registry: ${host}/dev, files: ["dev/*.yaml"], commit: direct, pullRequest: { group: environment }${gates} }
`,
    ...Object.fromEntries(
      images.map(image => [`dev/${image}.yaml`, `image:\n  repository: ${host}/dev/${image}\n  tag: "0"\n`]),
    ),
  });
  await createKey(world);
  const digests = new Map<string, Digest>();
  for (const image of images)
    digests.set(image, (await push(build(image, 1, 2), `${host}/build/${image}:1`)) as Digest);
  const named = images.flatMap(image => ['--image', `${image}=${host}/build/${image}:1`]);
  const asked = ['--out', '../plan.json', '--forecast', '50000', '--format', 'json'];
  const planned = await world.run('plan', 'dev', ...named, ...asked);
  expect(planned.code).toBe(0);
  const http = createHttp();
  const open = openRemote({ http, credentials: async () => undefined });
  return {
    world,
    registry,
    images,
    forecast: JSON.parse(planned.stdout).forecast,
    plan: async () => JSON.parse(await readFile(join(world.directory, 'plan.json'), 'utf8')),
    async state(image) {
      const store = open(parseReference(`${host}/dev/${image}`).repository);
      const digest = digests.get(image) as Digest;
      const [{ lacks }, tags, referrers] = await Promise.all([
        checkClosure(store, digest),
        store.tags(),
        store.referrers(digest),
      ]);
      const types = referrers.map(({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType']);
      const records = types.filter(type => type?.includes('promotion')).length;
      return { isWhole: lacks.length === 0, tags: tags ?? [], signatures: types.length - records, records };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([http.close(), registry.stop(), world.close()]);
    },
  };
}

/** What a shard leaves of an image, and what the whole plan does. */
export const BROUGHT: TargetState = { isWhole: true, tags: [], signatures: 1, records: 0 };
export const PROMOTED: TargetState = { isWhole: true, tags: ['1'], signatures: 1, records: 1 };
