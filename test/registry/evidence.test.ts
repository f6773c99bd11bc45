import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, hexOf } from '../../src/oci/digest.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent, parseManifest } from '../../src/oci/manifest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import { findEvidence } from '../../src/registry/evidence/evidence.ts';
import { RegistryError } from '../../src/registry/registry-error.ts';
import type { Store } from '../../src/registry/store.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { artifact, blobOf, chunked, pushEmpty } from './store-contract.ts';
import { watchedStore } from './watched-store.ts';

const IMAGE = buildImage({
  platforms: ['amd64', 'arm64'].map(architecture => ({ os: 'linux', architecture })),
  layers: ['app'],
});
const { digest } = IMAGE.index.descriptor;
const CHILD = IMAGE.manifests[0]?.descriptor ?? IMAGE.index.descriptor;

describe('evidence', () => {
  let place: LayoutPlace;
  beforeAll(async () => {
    place = await layoutPlace();
  });
  afterAll(() => place.close());

  it('keeps referrers and signatures of the image and of its platforms', async () => {
    const source = await pushed('carried');
    const referrers = [artifact(IMAGE.index.descriptor, 'index'), artifact(CHILD, 'platform')];
    for (const referrer of referrers) await source.putManifest(referrer);
    for (const subject of [digest, CHILD.digest]) {
      for (const suffix of ['.sig', '.att', '.sbom']) await push(source, tagOf(subject, suffix), ['alice']);
    }
    const target = place.store('carried-to');
    const result = await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    expect(result.evidence).toBe(8);
    const found = await findEvidence(target, [digest, CHILD.digest]);
    expect([...found.referrers.values()].flat().map(each => each.digest)).toEqual(
      referrers.map(({ descriptor }) => descriptor.digest),
    );
    expect(found.tags.size).toBe(6);
    for (const [tag, { digest }] of found.tags) expect((await source.head(tag))?.digest).toBe(digest);
  });

  it('carries evidence that came after the image', async () => {
    const source = await pushed('late');
    const target = place.store('late-to');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    await source.putManifest(artifact(IMAGE.index.descriptor, 'late'));
    const options = { source, target, from: '1.0', tag: '1.0', evidence: 'all' } as const;
    expect(await copyImage(options)).toMatchObject({ changed: true, evidence: 1 });
    expect((await target.referrers(digest)).length).toBe(1);
    expect(await copyImage(options)).toMatchObject({ changed: false, evidence: 1 });
  });

  it('leaves evidence behind only when told to', async () => {
    const source = await pushed('left');
    await source.putManifest(artifact(IMAGE.index.descriptor, 'left'));
    const target = place.store('left-to');
    await copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'none' });
    expect(await target.referrers(digest)).toEqual([]);
  });

  it('finds evidence tags where no list of tags is to be had', async () => {
    const source = await pushed('unlisted');
    await push(source, tagOf(CHILD.digest, '.sig'), ['alice']);
    const unlisted: Store = { ...watchedStore(source, () => undefined), tags: async () => undefined };
    const { tags } = await findEvidence(unlisted, [digest, CHILD.digest]);
    expect([...tags.keys()]).toEqual([tagOf(CHILD.digest, '.sig')]);
  });

  it.each(['.sig', '.att'])('unites %s of both sides, and writes nothing the second time', async suffix => {
    const tag = tagOf(digest, suffix);
    const [source, target] = [await pushed(`unite${suffix}`), await pushed(`unite-to${suffix}`)];
    await push(source, tag, ['alice', 'bob']);
    await push(target, tag, ['carol', 'bob']);
    const options = { source, target, from: '1.0', tag: '1.0', evidence: 'all' } as const;
    expect(await copyImage(options)).toMatchObject({ changed: true });
    expect(await signers(target, tag)).toEqual(['carol', 'bob', 'alice']);
    expect(await copyImage(options)).toMatchObject({ changed: false });
  });

  it('merges again where another writer replaced what it wrote', async () => {
    const tag = tagOf(digest, '.sig');
    const [source, target] = [await pushed('race'), await pushed('race-to')];
    await push(source, tag, ['alice']);
    await push(target, tag, ['bob']);
    let isFirst = true;
    const racing: Store = {
      ...watchedStore(target, () => undefined),
      async putManifest(content, written) {
        await target.putManifest(content, written);
        if (isFirst && written === tag) await push(target, tag, ['bob', 'carol']);
        isFirst = false;
      },
    };
    await copyImage({ source, target: racing, from: '1.0', tag: '1.0', evidence: 'all' });
    expect(await signers(target, tag)).toEqual(['bob', 'carol', 'alice']);
  });

  it('never replaces another SBOM', async () => {
    const tag = tagOf(digest, '.sbom');
    const [source, target] = [await pushed('sbom'), place.store('sbom-to')];
    const ours = await push(source, tag, ['ours']);
    const theirs = await push(target, tag, ['theirs']);
    const copying = copyImage({ source, target, from: '1.0', tag: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({
      code: 'EVIDENCE',
      message: expect.stringMatching(new RegExp(`(?=.*${ours.digest})(?=.*${theirs.digest})`)),
    });
    expect(await target.head('1.0')).toBeUndefined();
  });

  it('tags nothing where the target loses a referrer', async () => {
    const source = await pushed('losing');
    await source.putManifest(artifact(IMAGE.index.descriptor, 'lost'));
    const target = place.store('losing-to');
    const losing: Store = { ...watchedStore(target, () => undefined), referrers: async () => [] };
    const copying = copyImage({ source, target: losing, from: '1.0', tag: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'EVIDENCE' });
    expect(await target.head('1.0')).toBeUndefined();
  });

  it('names a signature whose content the source lost', async () => {
    const source = await pushed('hollow');
    const tag = tagOf(digest, '.sig');
    await source.putManifest(signatures(['alice']), tag);
    const copying = copyImage({ source, target: place.store('hollow-to'), from: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'EVIDENCE', message: expect.stringContaining(tag) });
  });

  it.each([429, 503])('leaves it to a later run where the registry answers %d', async status => {
    const source = await pushed(`busy-${status}`);
    await push(source, tagOf(digest, '.sig'), ['alice']);
    const target = place.store(`busy-${status}-to`);
    const busy = watchedStore(target, ({ subject }) => {
      if (subject !== tagOf(digest, '.sig')) return;
      const url = new URL('https://registry.example/v2/');
      throw new RegistryError({ operation: 'head', method: 'HEAD', url, status, repository: target.name });
    });
    const copying = copyImage({ source, target: busy, from: '1.0', tag: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'REGISTRY', status });
  });

  it('says so where an image squats on the tag that lists referrers', async () => {
    const source = await pushed('squatted');
    await source.putManifest(IMAGE.index, tagOf(digest, ''));
    const copying = copyImage({ source, target: place.store('s'), from: '1.0', evidence: 'all' });
    await expect(copying).rejects.toMatchObject({ code: 'EVIDENCE' });
  });

  async function pushed(path: string): Promise<Store> {
    const store = place.store(path);
    await pushImage(store, IMAGE, '1.0');
    await pushEmpty(store);
    return store;
  }
});

const CONFIG = Buffer.from(JSON.stringify({ rootfs: { type: 'layers', diff_ids: [] } }));

async function push(store: Store, tag: string, by: readonly string[]): Promise<Descriptor> {
  const content = signatures(by);
  for (const text of by) await store.putBlob(blobOf(Buffer.from(text)), chunked(Buffer.from(text)));
  await store.putBlob(blobOf(CONFIG), chunked(CONFIG));
  await store.putManifest(content, tag);
  return content.descriptor;
}

function signatures(by: readonly string[]): ManifestContent {
  const layers = by.map(name => ({ ...blobOf(Buffer.from(name)), annotations: { by: name } }));
  const config = { ...blobOf(CONFIG), mediaType: MEDIA_TYPES.config };
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}

async function signers(store: Store, tag: string): Promise<readonly (string | undefined)[]> {
  const content = await store.manifest(tag);
  const manifest = content && parseManifest(content);
  return manifest?.kind === 'image' ? manifest.layers.map(({ annotations }) => annotations?.by) : [];
}

function tagOf(subject: Digest, suffix: string): string {
  return `sha256-${hexOf(subject)}${suffix}`;
}
