import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, hexOf } from '../../src/oci/digest.ts';
import { parseEvidenceChoice } from '../../src/oci/evidence-choice.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { findEvidence } from '../../src/registry/evidence/evidence.ts';
import type { Store } from '../../src/registry/store.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { registryFor, storesAt } from './remote-place.ts';
import { blobOf, chunked, pushEmpty, sample } from './store-contract.ts';
import { watchedStore } from './watched-store.ts';

const SPDX = 'application/spdx+json';
const SIGNATURE = 'application/vnd.example.signature';
const IMAGE = sample('with an SBOM');
const { digest } = IMAGE.index.descriptor;

describe('evidence of evidence', () => {
  let place: LayoutPlace;
  beforeAll(async () => {
    place = await layoutPlace();
  });
  afterAll(() => place.close());

  it.each([true, false])('travels, where the target has the referrers API: %s', async referrers => {
    const source = place.store(`tree-${referrers}`);
    const { sbom, signature, note } = await pushTree(source);
    const target = storesAt((await registryFor({ referrers })).host)('api');
    const copied = await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    expect(copied).toMatchObject({ evidence: 5, evidenceFound: 5 });
    expect(digestsOf(await target.referrers(digest))).toEqual([sbom.digest]);
    expect(digestsOf(await target.referrers(sbom.digest))).toEqual([signature.digest]);
    expect(digestsOf(await target.referrers(signature.digest))).toEqual([note.digest]);
    expect(await target.head(tagOf(sbom.digest, '.sig'))).toBeDefined();
    const again = await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    expect(again).toMatchObject({ changed: false, evidence: 5 });
  });

  it("travels where it is on what one of cosign's tags names", async () => {
    const source = place.store('tagged');
    await pushImage(source, IMAGE, '1.0');
    const sbom = await push(source, SPDX, { tag: tagOf(digest, '.sbom') });
    await push(source, SIGNATURE, { tag: tagOf(sbom.digest, '.sig') });
    await push(source, SIGNATURE, { subject: sbom });
    const target = place.store('tagged-to');
    const copied = await copyImage({ source, target, from: '1.0', evidence: 'all' });
    expect(copied).toMatchObject({ evidence: 3, evidenceFound: 3 });
    expect(await target.head(tagOf(sbom.digest, '.sig'))).toBeDefined();
    expect(await target.referrers(sbom.digest)).toHaveLength(1);
  });

  it.each(['is about another', 'has no subject', 'is the image itself'])(
    'fails with what the source says wrong, and no tag, where a listed manifest %s',
    async (how, name = how.replaceAll(' ', '-')) => {
      const source = place.store(`lying-${name}`);
      await pushImage(source, IMAGE, '1.0');
      const sbom = await push(source, SPDX, { tag: 'other' });
      const listed = {
        'is about another': await push(source, SIGNATURE, { subject: sbom }),
        'has no subject': sbom,
        'is the image itself': IMAGE.index.descriptor,
      }[how];
      const referrers = async (subject: Digest) => (subject === digest && listed ? [listed] : []);
      const lying: Store = { ...watchedStore(source, () => undefined), referrers };
      const target = place.store(`lying-${name}-to`);
      const copying = copyImage({ source: lying, target, from: '1.0', tag: '1.0', evidence: 'all' });
      await expect(copying).rejects.toMatchObject({
        code: 'EVIDENCE',
        message: expect.stringContaining(`it is listed as a referrer of ${digest}, and it`),
        hint: expect.stringContaining('at the source'),
      });
      expect(await target.head('1.0')).toBeUndefined();
    },
  );

  it('fails where the target loses the signature on an SBOM', async () => {
    const source = place.store('losing');
    const { sbom } = await pushTree(source);
    const target = place.store('losing-to');
    const losing: Store = {
      ...watchedStore(target, () => undefined),
      referrers: async subject => (subject === sbom.digest ? [] : await target.referrers(subject)),
    };
    const copying = copyImage({ source, target: losing, from: '1.0', tag: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'EVIDENCE' });
    expect(await target.head('1.0')).toBeUndefined();
  });

  it('that came later is carried by the next copy', async () => {
    const source = place.store('late');
    await pushImage(source, IMAGE, '1.0');
    const sbom = await push(source, SPDX, { subject: IMAGE.index.descriptor });
    const target = place.store('late-to');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    const signature = await push(source, SIGNATURE, { subject: sbom });
    const again = await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    expect(again).toMatchObject({ changed: true, evidence: 2 });
    expect(digestsOf(await target.referrers(sbom.digest))).toEqual([signature.digest]);
  });

  it('is followed no deeper than sensible', async () => {
    const source = place.store('deep');
    await pushImage(source, IMAGE, '1.0');
    let subject: Descriptor = IMAGE.index.descriptor;
    for (let depth = 0; depth < 12; depth += 1)
      subject = await push(source, `application/x-${depth}`, { subject });
    await expect(findEvidence(source, [digest])).rejects.toMatchObject({ code: 'EVIDENCE' });
  });

  it('goes with the chosen types, and only with them', async () => {
    const source = place.store('chosen');
    const { sbom } = await pushTree(source);
    const report = await push(source, 'application/sarif+json', { subject: IMAGE.index.descriptor });
    const target = place.store('chosen-to');
    const options = { source, target, from: '1.0', tag: '1.0' } as const;
    const copied = await copyImage({ ...options, evidence: parseEvidenceChoice(SPDX) });
    expect(copied).toMatchObject({ changed: true, evidence: 4, evidenceFound: 6 });
    expect(digestsOf(await target.referrers(digest))).toEqual([sbom.digest]);
    expect(await target.head(report.digest)).toBeUndefined();
    expect(await target.head(tagOf(digest, '.att'))).toBeUndefined();
    const both = `${SPDX}, application/x-layer`;
    expect(await copyImage({ ...options, evidence: parseEvidenceChoice(both) })).toMatchObject({
      evidence: 5,
    });
  });

  it.each(['some', 'spdx', 'all,none', 'application/spdx+json,', ''])('is not chosen by %j', text => {
    expect(() => parseEvidenceChoice(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

/** An SBOM, a signature on it in both of its forms, a note on the signature, and an attestation of the image. */
async function pushTree(store: Store) {
  await pushImage(store, IMAGE, '1.0');
  const sbom = await push(store, SPDX, { subject: IMAGE.index.descriptor });
  const signature = await push(store, SIGNATURE, { subject: sbom });
  const note = await push(store, 'application/vnd.example.note', { subject: signature });
  await push(store, SIGNATURE, { tag: tagOf(sbom.digest, '.sig') });
  await push(store, 'application/x-attestation', { tag: tagOf(digest, '.att') });
  return { sbom, signature, note };
}

interface Place {
  readonly subject?: Descriptor;
  readonly tag?: string;
}

async function push(store: Store, artifactType: string, { subject, tag }: Place): Promise<Descriptor> {
  await pushEmpty(store);
  const bytes = Buffer.from(`${artifactType} ${subject?.digest} ${tag}`);
  const layer = { ...blobOf(bytes), mediaType: 'application/x-layer' };
  await store.putBlob(layer, chunked(bytes));
  const content = encode({ artifactType, layers: [layer], ...(subject && { subject: bare(subject) }) });
  await store.putManifest(content, tag);
  return content.descriptor;
}

function encode(body: object): ManifestContent {
  const config = { ...blobOf(Buffer.from('{}')), mediaType: MEDIA_TYPES.empty };
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, ...body };
  return manifestContent(Buffer.from(JSON.stringify(manifest)));
}

function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

function digestsOf(descriptors: readonly Descriptor[]): readonly Digest[] {
  return descriptors.map(descriptor => descriptor.digest);
}

function tagOf(subject: Digest, suffix: string): string {
  return `sha256-${hexOf(subject)}${suffix}`;
}
