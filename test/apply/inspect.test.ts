import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectImage } from '../../src/cli/inspect.ts';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { shortDigest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import { inspectReport } from '../../src/reports/inspect.ts';
import { render } from '../../src/reports/render.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { type LayoutPlace, layoutPlace, type RegistryPlace, registryPlace } from '../registry/places.ts';
import { artifact, blobOf, chunked, pushEmpty } from '../registry/store-contract.ts';
import { startRegistry } from '../servers/registry.ts';
import { newImage } from '../signing/counted-store.ts';
import { newSigner } from '../signing/keys.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

describe('inspectImage', () => {
  let place: LayoutPlace;
  let registry: RegistryPlace;
  beforeAll(async () => {
    const options = { referrers: false };
    [place, registry] = await Promise.all([layoutPlace(), registryPlace(() => startRegistry(options))]);
  });
  afterAll(async () => {
    await Promise.all([place.close(), registry.close()]);
  });

  it('shows what a record says', async () => {
    const store = place.store('recorded');
    const subject = await newImage(store);
    const record = sampleRecord(subject.digest);
    await writeRecord({ store, subject, signer: await newSigner(), record });
    const { attachments, platforms } = await inspectImage(store, subject.digest, 'recorded');
    expect(attachments).toMatchObject([{ kind: 'record', subject: subject.digest, record }]);
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('reports what it cannot read, and what is attached to a platform alone', async () => {
    const store = place.store('junk');
    const subject = await newImage(store);
    const [child] = (await inspectImage(store, subject.digest, 'junk')).platforms;
    await pushEmpty(store);
    await store.putManifest(artifact({ ...subject, digest: child?.digest ?? subject.digest }, 'scan'));
    await attachJunk(store, subject);
    const { attachments } = await inspectImage(store, subject.digest, 'junk');
    expect(attachments).toHaveLength(2);
    expect(attachments).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'unreadable', type: BUNDLE, subject: subject.digest }),
        expect.objectContaining({ kind: 'other', type: 'application/x-test', subject: child?.digest }),
      ]),
    );
  });

  it('shows what is attached to an attachment below it', async () => {
    const store = place.store('tree');
    const subject = await newImage(store);
    await pushEmpty(store);
    const sbom = artifact(subject, 'sbom');
    await store.putManifest(sbom);
    const signature = artifact(sbom.descriptor, 'signature');
    await store.putManifest(signature);
    const image = await inspectImage(store, subject.digest, 'tree');
    expect(image.attachments.map(attachment => attachment.subject).sort()).toEqual(
      [subject.digest, sbom.descriptor.digest].sort(),
    );
    const shown = render(inspectReport(image), 'text', false).split('\n');
    const at = shown.findIndex(text => text.startsWith('other artifacts 1'));
    expect(shown.slice(at + 1, at + 3)).toEqual([
      `  ${shortDigest(sbom.descriptor.digest)} application/x-test `,
      `    └ artifact ${shortDigest(signature.descriptor.digest)} application/x-test `,
    ]);
  });

  it('names an image of one platform, and its size', async () => {
    const store = place.store('single');
    const image = buildImage({ platforms: [{ os: 'linux', architecture: 'amd64' }], layers: ['a', 'b'] });
    await pushImage(store, image);
    const [manifest] = image.manifests;
    if (manifest === undefined) throw new Error('the image has no manifest');
    const size = image.blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
    const { digest } = manifest.descriptor;
    expect((await inspectImage(store, digest, 'single')).platforms).toEqual([
      { platform: 'one platform', digest, layers: 2, size },
    ]);
  });

  it('says that something squats where the referrers would be listed', async () => {
    const store = registry.store('squatted');
    const { digest } = await newImage(store);
    const content = await store.manifest(digest);
    if (content) await store.putManifest(content, digest.replace(':', '-'));
    const { attachments, notices } = await inspectImage(store, digest, 'squatted');
    expect([attachments, notices]).toEqual([[], [expect.stringContaining('not a list of referrers')]]);
  });
});

async function attachJunk(store: Store, subject: Descriptor): Promise<void> {
  const junk = Buffer.from('{"mediaType":"junk"}');
  await store.putBlob(blobOf(junk), chunked(junk));
  const body = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: BUNDLE,
    config: { ...blobOf(Buffer.from('{}')), mediaType: MEDIA_TYPES.empty },
    layers: [{ ...blobOf(junk), mediaType: BUNDLE }],
    subject,
  };
  await store.putManifest(manifestContent(Buffer.from(JSON.stringify(body))));
}
