import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltImage, buildImage, pushImage } from '../../src/demo/image.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { createLedger } from '../../src/registry/copy/ledger.ts';
import { startRegistry } from '../servers/registry.ts';
import { describeWith } from '../servers/tools.ts';
import { type RegistryPlace, registryPlace } from './places.ts';

/** Three platforms of six layers: 21 blobs and 4 manifests. */
const PLATFORMS = ['amd64', 'arm64', 'riscv64'].map(architecture => ({ os: 'linux', architecture }));
const LAYERS = ['1', '2', '3', '4', '5', '6'];

describeWith(['docker-registry'], 'what a copy costs in requests', () => {
  let here: RegistryPlace;
  let there: RegistryPlace;
  let image: BuiltImage;
  beforeAll(async () => {
    [here, there] = await Promise.all([registryPlace(), registryPlace()]);
    image = buildImage({ platforms: PLATFORMS, layers: LAYERS });
    await pushImage(here.store('source'), image, '1.0');
    await cost();
  });
  afterAll(() => Promise.all([here.close(), there.close()]));

  it('within a registry that lists referrers, five requests more for evidence that is not there', async () => {
    const place = await registryPlace(startRegistry);
    const source = place.store('source');
    await pushImage(source, image);
    await place.cost();
    const options = { source, from: digest(), tag: '1.0', evidence: 'all' } as const;
    await copyImage({ ...options, target: place.store('target') });
    expect(await place.cost()).toBe(35);
    await copyImage({ ...options, target: place.store('target') });
    expect(await place.cost()).toBe(7);
    await place.close();
  });

  it.each([
    { tag: undefined, evidence: 'none', first: 30, second: 1 },
    { tag: '1.0', evidence: 'none', first: 30, second: 1 },
    { tag: undefined, evidence: 'all', first: 32, second: 4 },
    { tag: '1.0', evidence: 'all', first: 32, second: 4 },
  ] as const)('within a registry, tag $tag, evidence $evidence: $first, then $second', async expected => {
    const { tag, evidence, first, second } = expected;
    const path = `target-${tag}-${evidence}`;
    const copy = () =>
      copyImage({ source: here.store('source'), target: here.store(path), from: digest(), tag, evidence });
    expect(await copy()).toMatchObject({ changed: true });
    expect(await cost()).toBe(first);
    expect(await copy()).toMatchObject({ changed: false });
    expect(await cost()).toBe(second);
  });

  it('one request for each part of an image that is there and is checked thoroughly', async () => {
    const options = {
      source: here.store('source'),
      target: here.store('checked'),
      evidence: 'none',
    } as const;
    await copyImage({ ...options, from: digest() });
    await cost();
    const { there } = await copyImage({ ...options, from: digest(), thorough: true });
    expect(there).toEqual(image.index);
    expect(await cost()).toBe(25);
  });

  it('one request more where the source is named by tag and all is there', async () => {
    const options = { source: here.store('source'), from: '1.0', evidence: 'none' } as const;
    await copyImage({ ...options, target: here.store('by-tag') });
    expect(await cost()).toBe(30);
    await copyImage({ ...options, target: here.store('by-tag') });
    expect(await cost()).toBe(2);
  });

  it('three requests to tag within a repository', async () => {
    const store = here.store('source');
    await copyImage({ source: store, target: store, from: digest(), tag: 'stable', evidence: 'all' });
    expect(await cost()).toBe(3);
  });

  it('across registries, a GET, a POST and a PUT a blob, a GET and a PUT a manifest, and one look', async () => {
    const options = { source: here.store('source'), target: there.store('target'), from: digest() };
    await copyImage({ ...options, tag: '1.0', evidence: 'none' });
    expect(await cost()).toBe(25 + 46 + 1);
  });

  it('three requests for a further tag in one batch', async () => {
    const ledger = createLedger();
    const options = { source: here.store('source'), target: there.store('batch'), from: digest(), ledger };
    await copyImage({ ...options, tag: '1.0', evidence: 'none' });
    await cost();
    await copyImage({ ...options, tag: 'latest', evidence: 'none' });
    expect(await cost()).toBe(3);
  });

  function digest() {
    return image.index.descriptor.digest;
  }

  async function cost(): Promise<number> {
    return (await here.cost()) + (await there.cost());
  }
});
