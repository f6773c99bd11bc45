import { expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import { cosignTag } from '../../src/oci/cosign-tag.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { fallbackTag } from '../../src/oci/fallback-tag.ts';
import { type ManifestContent, manifestContent, parseManifest } from '../../src/oci/manifest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { findTagRecord, recordPointer } from '../../src/records/tag-record.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { storesApart } from '../../src/registry/evidence/apart.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature } from '../../src/signing/find.ts';
import { sampleRecord } from '../records/sample-record.ts';
import { writeRecord } from '../records/write-record.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { sign } from '../signing/sign-image.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { artifact, collect, pushEmpty, sample } from './store-contract.ts';

const SOMETHING = digestOf('something');
const FORMATS = ['bundle', 'legacy'] as const;

it('on immutable tags without a referrers API, the second piece fails with the cure', async () => {
  const { beside } = await places();
  const image = sample('refused');
  await pushImage(beside, image, '1.0');
  const subject = image.index.descriptor;
  await sign(beside, subject, await newSigner());
  const again = sign(beside, subject, await newSigner());
  await expect(again).rejects.toMatchObject({
    code: 'TAG_MOVED',
    hint: expect.stringContaining('signing.repository'),
  });
});

it('kept apart, any number of signatures is found, and the images have none beside them', async () => {
  const { beside, apart, evidence } = await places();
  const image = sample('signed');
  await pushImage(apart, image, '1.0');
  const subject = image.index.descriptor;
  const signers = [await newSigner(), await newSigner()];
  for (const signer of [...signers, ...signers]) await sign(apart, subject, signer, { formats: FORMATS });
  expect(await beside.tags()).toEqual(['1.0']);
  expect(await evidence.referrers(subject.digest)).toHaveLength(2);
  for (const signer of signers) {
    for (const format of FORMATS) {
      const referrers = await apart.referrers(subject.digest);
      const search = { store: apart, referrers, digest: subject.digest, trust: trustIn(signer) };
      expect(await findSignature(search, [format])).toMatchObject({ kind: 'verified' });
    }
  }
});

it('signatures under one tag in both places are read as one, and both are copied', async () => {
  const { beside, apart, target } = await places();
  const image = sample('both');
  await pushImage(beside, image, '1.0');
  const subject = image.index.descriptor;
  const [before, after] = [await newSigner(), await newSigner()];
  await sign(beside, subject, before, { formats: ['legacy'] });
  await sign(apart, subject, after, { formats: ['legacy'] });
  const copied = await copyImage({ source: apart, target, from: subject.digest, evidence: 'all' });
  expect(copied).toMatchObject({ evidence: 2, evidenceFound: 2 });
  for (const store of [apart, target]) {
    for (const signer of [before, after]) {
      const search = { store, referrers: [], digest: subject.digest, trust: trustIn(signer) };
      expect(await findSignature(search, ['legacy'])).toMatchObject({ kind: 'verified' });
    }
  }
});

it('a signature that is kept apart travels with the SBOM beside the image, and is kept apart again', async () => {
  const { beside, apart, evidence, target, other } = await places();
  const image = sample('tree');
  await pushImage(beside, image, '1.0');
  await pushEmpty(beside);
  const sbom = artifact(image.index.descriptor, 'sbom');
  await beside.putManifest(sbom);
  const signer = await newSigner();
  await sign(apart, sbom.descriptor, signer, { formats: FORMATS });
  const options = { source: apart, target, from: image.index.descriptor.digest, tag: '1.0' };
  expect(await copyImage({ ...options, evidence: 'all' })).toMatchObject({ changed: true, evidence: 3 });
  expect(await copyImage({ ...options, evidence: 'all' })).toMatchObject({ changed: false, evidence: 3 });
  expect(await target.apart?.images.tags()).toEqual(['1.0']);
  const { digest } = sbom.descriptor;
  expect(await other.tags()).toEqual(expect.arrayContaining([cosignTag(digest, 'sig')]));
  expect(await evidence.manifest(image.index.descriptor.digest)).toBeUndefined();
  const search = { store: target, referrers: await target.referrers(digest), digest, trust: trustIn(signer) };
  expect(await findSignature(search, ['bundle'])).toMatchObject({ kind: 'verified' });
});

it('what the place of evidence has of an image does not count as there, even where it lists it', async () => {
  const { beside, apart, evidence, second } = await places();
  const image = sample('absent');
  const { digest } = image.index.descriptor;
  await pushImage(evidence, image, 'moved');
  const manifests = [image.index, ...image.manifests].map(({ descriptor }) => descriptor);
  await list(evidence, SOMETHING, manifests);
  expect(await apart.referrers(SOMETHING)).toHaveLength(manifests.length);
  expect(await apart.manifest('moved')).toBeUndefined();
  expect((await checkClosure(apart, digest)).lacks).toMatchObject([{ digest, state: 'absent' }]);
  const [child = image.index] = image.manifests;
  const [blob] = namedBy(child);
  if (blob === undefined) throw new Error('the image has no blob');
  expect([await evidence.hasBlob(blob), await apart.hasBlob(blob)]).toEqual([true, false]);
  await pushImage(second, image, '1.0');
  const copied = await copyImage({ source: second, target: apart, from: digest, evidence: 'all' });
  expect([copied.changed, (await beside.head(digest))?.digest]).toEqual([true, digest]);
});

it('a list that names what is not there hides nothing of the image', async () => {
  const { beside, apart, evidence } = await places();
  const image = sample('junk');
  await pushImage(beside, image, '1.0');
  const [child] = image.manifests;
  if (child === undefined) throw new Error('the image has no platform');
  const { digest } = image.index.descriptor;
  // An index under the fallback tag may list anything, and a manifest may name any blob.
  await list(evidence, digest, [child.descriptor]);
  await evidence.putManifest(child);
  expect(await apart.referrers(digest)).toHaveLength(1);
  expect((await apart.manifest(child.descriptor.digest))?.bytes).toEqual(child.bytes);
  expect((await apart.head(child.descriptor.digest))?.digest).toBe(child.descriptor.digest);
  const [blob] = namedBy(child);
  if (blob === undefined) throw new Error('the image has no blob');
  expect(Buffer.concat(await collect(await apart.blob(blob)))).toHaveLength(blob.size);
});

it('one place keeps the pointers of equal tags of two images apart', async () => {
  const { apart, second } = await places();
  const signer = await newSigner();
  for (const store of [apart, second]) {
    const image = sample(store.name);
    await pushImage(store, image, '1.2.3');
    const subject = image.index.descriptor;
    const record = { ...sampleRecord(subject.digest), target: { repository: store.name, tags: ['1.2.3'] } };
    await writeRecord({ store, subject, signer, record });
    const [entry] = await store.referrers(subject.digest);
    const content = entry && (await store.manifest(entry.digest));
    if (content === undefined) throw new Error('the record is not there');
    const { place, name } = recordPointer(store, 'production', '1.2.3');
    await place.putManifest(content, name);
  }
  for (const store of [apart, second]) {
    const { digest } = sample(store.name).index.descriptor;
    const moved = sample(`${store.name} moved`);
    await pushImage(store, moved, 'moved');
    const search = { store, trust: trustIn(signer), environment: 'production', tag: '1.2.3' };
    const pointed = findTagRecord({ ...search, store: { ...store, head: async () => undefined } });
    expect(await pointed).toMatchObject({ kind: 'moved', digest });
  }
});

/** Lists manifests as if they referred to the subject. */
async function list(store: Store, subject: Digest, manifests: readonly Descriptor[]): Promise<void> {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = { schemaVersion: 2, mediaType, manifests };
  await store.putManifest(manifestContent(Buffer.from(JSON.stringify(index))), fallbackTag(subject));
}

/** The blobs of an image of one platform. */
function namedBy(content: ManifestContent): readonly Descriptor[] {
  const manifest = parseManifest(content);
  return manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : [];
}

/** A registry with immutable tags and one without, neither with the referrers API. */
async function places() {
  const [strict, loose] = [
    storesAt((await registryFor({ referrers: false, immutableTags: true })).host),
    storesAt((await registryFor({ referrers: false })).host),
  ];
  const [beside, evidence, other] = [strict('prod/api'), loose('evidence'), loose('other')];
  const kept = new Map([
    [beside.name, evidence.name],
    [strict('prod/web').name, evidence.name],
    [strict('live/api').name, other.name],
  ]);
  const all = [beside, evidence, other, strict('prod/web'), strict('live/api')];
  const open = storesApart(name => {
    const store = all.find(each => each.name === name);
    if (store === undefined) throw new Error(`no store ${name}`);
    return store;
  }, kept);
  const named = (name: string) => open(parseRepositoryName(name));
  return {
    beside,
    evidence,
    other,
    apart: named(beside.name),
    second: named(strict('prod/web').name),
    target: named(strict('live/api').name),
  };
}
