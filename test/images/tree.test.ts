import { expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { readImageTree } from '../../src/images/tree.ts';
import { type Digest, hexOf } from '../../src/oci/digest.ts';
import { layoutPlace } from '../registry/places.ts';
import { artifact, pushEmpty, sample } from '../registry/store-contract.ts';

it('says how much of what is attached was not opened', async () => {
  const place = await layoutPlace();
  try {
    const store = place.store('crowded');
    const platforms = Array.from({ length: 86 }, (_, at) => ({
      os: 'linux',
      architecture: 'arm',
      variant: `v${at}`,
    }));
    const image = buildImage({ platforms, layers: ['app'] });
    await pushImage(store, image, '1.0');
    await pushEmpty(store);
    const attached = sample('attached');
    await pushImage(store, attached, 'attached');
    const [manifest = attached.index] = attached.manifests;
    for (const { descriptor } of image.manifests)
      for (const suffix of ['sig', 'att', 'sbom'])
        await store.putManifest(manifest, `sha256-${hexOf(descriptor.digest)}.${suffix}`);
    const { digest } = image.index.descriptor;
    const { notices, attachments } = await readImageTree(store, digest);
    expect(notices).toEqual(['2 more tags of evidence were not opened']);
    expect(attachments).toHaveLength(256);
    const referrer = artifact(image.index.descriptor, 'one');
    await store.putManifest(referrer);
    const listed = Array.from({ length: 259 }, () => referrer.descriptor);
    const crowded = { ...store, referrers: async (of: Digest) => (of === digest ? listed : []) };
    expect((await readImageTree(crowded, digest)).notices).toEqual([
      '3 more referrers were not opened',
      '2 more tags of evidence were not opened',
    ]);
  } finally {
    await place.close();
  }
});
