import { describe, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf, shortDigest } from '../../src/oci/digest.ts';
import { MEDIA_TYPES, manifestContent } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature, judgeSignatures } from '../../src/signing/find.ts';
import { COSIGN_SIGN, cosignStatement, inTotoStatement } from '../../src/signing/statement.ts';
import { attach, newImage, newStore } from './counted-store.ts';
import { newSigner, trustIn } from './keys.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const signer = await newSigner();

describe('findSignature', () => {
  it('opens one manifest and one blob where annotations tell which is the signature', async () => {
    const { store, subject, good } = await signedImage();
    const sbom = await attach(store, subject, {
      signer,
      statement: inTotoStatement({
        digest: subject.digest,
        predicateType: 'https://spdx.dev/Document',
        predicate: {},
      }),
    });
    store.calls.length = 0;
    expect(await find(store, subject, [sbom, bare(sbom), good])).toBeDefined();
    expect(store.calls).toEqual(['manifest', 'blob']);
  });

  it('finds a signature that a fallback index lists without its type and annotations', async () => {
    const { store, subject, good } = await signedImage();
    expect(await find(store, subject, [bare(good)])).toBeDefined();
  });

  it('finds a signature that its annotation denies', async () => {
    const { store, subject } = await signedImage();
    const statement = cosignStatement(subject.digest);
    const denied = await attach(store, subject, { signer, statement, hinted: 'https://spdx.dev/Document' });
    expect(await find(store, subject, [denied])).toBeDefined();
  });

  it('finds a signature behind a hundred that only claim to be', async () => {
    const { store, subject, good } = await signedImage();
    const other = await newSigner();
    const junk = await Promise.all(
      Array.from({ length: 100 }, (_, index) => junkReferrer(store, subject, index)),
    );
    const forged = await attach(store, subject, {
      signer: other,
      statement: cosignStatement(subject.digest),
    });
    expect(await find(store, subject, [...junk, forged, good])).toBeDefined();
    expect(await find(store, subject, [...junk, forged])).toBeUndefined();
  });

  it('opens no more than a bounded number, and takes nothing for absent then', async () => {
    const { store, subject, good } = await signedImage();
    store.calls.length = 0;
    const absent = Array.from({ length: 10_000 }, (_, index) => ({ ...good, digest: digestOf(`${index}`) }));
    await expect(find(store, subject, absent)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(store.calls.length).toBeLessThan(1000);
  });

  it('finds a signature among any number of attestations that say what they are', async () => {
    const { store, subject, good } = await signedImage();
    const annotations = { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' };
    const others = Array.from({ length: 1000 }, (_, index) => ({
      ...good,
      annotations,
      digest: digestOf(`${index}`),
    }));
    expect(await find(store, subject, [...others, good])).toBeDefined();
    expect(await find(store, subject, others)).toBeUndefined();
  });

  it('opens nothing of another artifact type', async () => {
    const { store, subject, good } = await signedImage();
    store.calls.length = 0;
    await find(store, subject, [{ ...good, artifactType: 'application/vnd.cyclonedx+json' }]);
    expect(store.calls).not.toContain('blob');
  });

  it('fails where the registry fails, instead of calling the image unsigned', async () => {
    const { store, subject, good } = await signedImage();
    const failing: Store = {
      ...store,
      blob: () => Promise.reject(new PromoteError('UNREACHABLE', 'read blob: the registry is gone')),
    };
    await expect(find(failing, subject, [good])).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('a bundle that cannot be read', () => {
  it.each<[string, (good: Descriptor) => Partial<Store>, string]>([
    ['is gone', () => ({ manifest: async () => undefined }), 'it is listed, and is not there'],
    ['is damaged', () => ({ blob: () => Promise.reject(damage()) }), 'read blob: other bytes'],
  ])('is named where it %s, and counts for nothing', async (_, broken, why) => {
    const { store, subject, good } = await signedImage();
    const search = { digest: subject.digest, trust: trustIn(signer) };
    const read = { ...store, ...broken(good) };
    const manifest = good.digest;
    const detail = `bundle ${shortDigest(good.digest)}: ${why}`;
    expect(await judgeSignatures({ ...search, store: read, referrers: [good] })).toEqual({
      kind: 'refused',
      reason: 'unreadable-bundle',
      detail,
      manifest,
    });
  });

  it('hides none that can be read', async () => {
    const { store, subject, good } = await signedImage();
    const gone = { ...good, digest: digestOf('gone') };
    expect(await find(store, subject, [gone, good])).toBeDefined();
  });
});

function damage(): PromoteError {
  return new PromoteError('DIGEST_MISMATCH', 'read blob: other bytes');
}

async function signedImage() {
  const store = await newStore();
  const subject = await newImage(store);
  const good = await attach(store, subject, { signer, statement: cosignStatement(subject.digest) });
  return { store, subject, good };
}

async function find(store: Store, { digest }: Descriptor, referrers: readonly Descriptor[]) {
  return await findSignature({ store, referrers, digest, trust: trustIn(signer) });
}

/** As cosign 3.1.1 lists a bundle in a fallback index. */
function bare({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size, artifactType: MEDIA_TYPES.empty };
}

/** One of several manifests that claim to be a signature and cannot be read as one. */
async function junkReferrer(store: Store, subject: Descriptor, index: number): Promise<Descriptor> {
  const layers = [
    [],
    [blob('application/json', `${index}`)],
    [blob(BUNDLE, `${index}`)],
    [{ ...blob(BUNDLE, `${index}`), size: 2 ** 40 }],
    [blob(BUNDLE, 'a'), blob(BUNDLE, 'b')],
  ][index % 5];
  const config = blob(MEDIA_TYPES.empty, '{}');
  const annotations = { 'dev.sigstore.bundle.predicateType': COSIGN_SIGN, index: `${index}` };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: BUNDLE,
    config,
    layers,
  };
  const content = manifestContent(Buffer.from(JSON.stringify({ ...manifest, subject, annotations })));
  await store.putManifest(content);
  return { ...content.descriptor, artifactType: BUNDLE, annotations };
}

function blob(mediaType: string, text: string): Descriptor {
  return { mediaType, digest: digestOf(text), size: text.length };
}

it('takes a signature only with the annotations that are asked for, and that are signed', async () => {
  const store = await newStore();
  const image = await newImage(store);
  await attach(store, image, { signer, statement: cosignStatement(image.digest, { team: 'payments' }) });
  const referrers = await store.referrers(image.digest);
  const judge = async (annotations: Readonly<Record<string, string>>) => {
    const trust = { ...trustIn(signer), annotations };
    return await judgeSignatures({ store, digest: image.digest, referrers, trust });
  };
  expect(await judge({ team: 'payments' })).toMatchObject({ kind: 'verified' });
  expect(await judge({ team: 'web' })).toMatchObject({
    reason: 'other-annotations',
    detail: expect.stringContaining('"payments"'),
  });
  expect(await judge({ team: 'payments', tested: 'yes' })).toMatchObject({ reason: 'other-annotations' });
});
