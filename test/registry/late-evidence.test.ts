import { describe, expect, it } from 'vitest';
import { type BuiltImage, buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { copyLateEvidence, findLateEvidence } from '../../src/registry/copy/late-evidence.ts';
import type { Store } from '../../src/registry/store.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { artifact, pushEmpty } from './store-contract.ts';

/** An index and three manifests. */
const PLATFORMS = ['amd64', 'arm64', 'riscv64'].map(architecture => ({ os: 'linux', architecture }));

describe('evidence that came to the source after the copy', () => {
  it.each([
    [true, ['the tags', 'the manifest', 'a list for the index', 'and for each child', ...PLATFORMS.slice(1)]],
    [false, ['the tags']],
  ])('costs little where there is none; referrers API: %s', async (referrers, { length }) => {
    const { source, target, image, requests } = await copied({ referrers });
    // A run has read the target's list before, so it knows what the registry lacks.
    await target.referrers(image.index.descriptor.digest);
    requests();
    expect(await find(source, target, image)).toEqual([]);
    expect(requests()).toBe(length);
  });

  it.each([true, false])(
    'is found on an index, its child and on evidence, by one list a manifest on each side; API: %s',
    async referrers => {
      const { source, target, image, requests } = await copied({ referrers });
      const { descriptor } = image.index;
      const sbom = await attach(source, descriptor, 'sbom');
      const signature = await attach(source, sbom, 'signature');
      const child = image.manifests[0]?.descriptor ?? descriptor;
      const onChild = await attach(source, child, 'sbom of a child');
      await target.referrers(descriptor.digest);
      requests();
      const late = await search(source, target, image);
      const names = late.missing.map(piece => piece.descriptor.digest).toSorted();
      expect(names).toEqual([sbom, signature, onChild].map(({ digest }) => digest).toSorted());
      // Tags and the index; lists of four manifests and three pieces; those of three subjects at the target.
      expect(requests()).toBeLessThanOrEqual(2 + 7 + 3);
      await copyLateEvidence({ source, target }, late);
      expect(await target.referrers(sbom.digest)).toHaveLength(1);
      expect(await find(source, target, image)).toEqual([]);
    },
  );

  it('is read at the source alone, and the image at the target alone', async () => {
    const { source, target, image, paths } = await copied({ referrers: true });
    await attach(source, image.index.descriptor, 'sbom');
    paths();
    expect(await find(source, target, image)).toHaveLength(1);
    expect(paths().filter(path => path.includes('/manifests/'))).toEqual([
      `/v2/target/manifests/${image.index.descriptor.digest}`,
    ]);
  });

  async function copied(options: { readonly referrers: boolean }) {
    const registry = await registryFor(options);
    const [source, target] = ['source', 'target'].map(storesAt(registry.host)) as [Store, Store];
    const image = buildImage({ platforms: PLATFORMS, layers: ['one'] });
    await pushImage(source, image, '1.0');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    const paths = () => registry.requests().map(({ path }) => path);
    return { source, target, image, paths, requests: () => paths().length };
  }
});

async function attach(store: Store, subject: Descriptor, name: string): Promise<Descriptor> {
  await pushEmpty(store);
  const content = artifact(subject, name);
  await store.attach([{ content }]);
  return content.descriptor;
}

async function search(source: Store, target: Store, { index }: BuiltImage) {
  return await findLateEvidence({ source, target, digest: index.descriptor.digest, evidence: 'all' });
}

async function find(...asked: Parameters<typeof search>) {
  return (await search(...asked)).missing;
}
