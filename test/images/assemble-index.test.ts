import { describe, expect, it } from 'vitest';
import { buildImage } from '../../src/demo/image.ts';
import { type AssembledIndex, assembleIndex } from '../../src/images/assemble/assemble-index.ts';
import type { Platform } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { type ManifestContent, MEDIA_TYPES, manifestContent, parseManifest } from '../../src/oci/manifest.ts';
import type { Store } from '../../src/registry/store.ts';
import { registryFor, storesAt } from '../registry/remote-place.ts';
import { artifact, chunked, pushEmpty } from '../registry/store-contract.ts';
import { isWrite, watchedStore } from '../registry/watched-store.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

describe('assembleIndex', () => {
  it('makes one image of those built for each architecture, with their evidence, and changes nothing again', async () => {
    const open = await place();
    const [amd, arm, target] = [open('build-amd'), open('build-arm'), open('api')];
    const digests = [await pushOne(amd, AMD64, '1.0'), await pushOne(arm, ARM64, '1.0')];
    await signed(arm, digests[1]);
    const options = { ...DEFAULTS, target, sources: [source(arm, '1.0'), source(amd, '1.0')] };
    const made = await assembleIndex(options);
    expect(made).toMatchObject({ changed: true, evidence: 1, evidenceFound: 1, left: [] });
    const index = await parsed(target, '1.0');
    expect(
      index.kind === 'index' && index.manifests.map(({ digest, platform }) => ({ digest, platform })),
    ).toEqual([
      { digest: digests[0], platform: AMD64 },
      { digest: digests[1], platform: ARM64 },
    ]);
    expect(await target.referrers(digests[1] as Digest)).toHaveLength(1);
    const watched = watchedStore(target, operation => expect(operation).not.toSatisfy(isWrite));
    const again = await assembleIndex({ ...options, target: watched, sources: options.sources.toReversed() });
    expect(again).toMatchObject({ changed: false, descriptor: made.descriptor });
  });

  it('refuses two images for one platform, however its variant is spelled, before it writes', async () => {
    const open = await place();
    await pushOne(open('one'), ARM64, '1.0');
    await pushOne(open('two'), { ...ARM64, variant: 'v8' }, '1.0');
    const target = watchedStore(open('api'), operation => expect(operation).not.toSatisfy(isWrite));
    const assembling = assembleIndex({
      ...DEFAULTS,
      target,
      sources: [source(open('one'), '1.0'), source(open('two'), '1.0')],
    });
    await expect(assembling).rejects.toMatchObject({ code: 'INVALID' });
  });

  it('never moves the tag unless it is told to', async () => {
    const open = await place();
    const target = open('api');
    await pushOne(target, AMD64, '1.0-amd64');
    await pushOne(target, ARM64, '1.0-arm64');
    const one = { ...DEFAULTS, target, sources: [source(target, '1.0-amd64')] };
    const { descriptor } = await assembleIndex(one);
    const both = { ...one, sources: [...one.sources, source(target, '1.0-arm64')] };
    const watched = watchedStore(target, operation => expect(operation).not.toSatisfy(isWrite));
    await expect(assembleIndex({ ...both, target: watched })).rejects.toMatchObject({ code: 'TAG_MOVED' });
    expect((await target.head('1.0'))?.digest).toBe(descriptor.digest);
    const moved = await assembleIndex({ ...both, moves: true });
    expect((await target.head('1.0'))?.digest).toBe(moved.descriptor.digest);
  });

  it("keeps what BuildKit adds to an image, entries' and common annotations, and says what stays behind", async () => {
    const open = await place();
    const [amd, arm, target] = [open('build-amd'), open('build-arm'), open('api')];
    const buildAt = { 'org.opencontainers.image.version': '1.0' };
    const pushed = await pushBuildKit(amd, AMD64, { ...buildAt, only: 'amd64' });
    await pushBuildKit(arm, ARM64, buildAt);
    await signed(amd, pushed.index.descriptor.digest);
    const made = await assembleIndex({
      ...DEFAULTS,
      target,
      sources: [source(amd, '1.0'), source(arm, '1.0')],
    });
    expect(made.images).toHaveLength(2);
    expect(made.left).toEqual([
      { source: 'build-amd:1.0', digest: pushed.index.descriptor.digest, evidence: 1 },
    ]);
    const index = await parsed(target, '1.0');
    if (index.kind !== 'index') throw new Error('no index');
    expect(index.annotations).toEqual(buildAt);
    expect(index.manifests).toHaveLength(4);
    expect(index.manifests[0]?.annotations).toEqual({ note: 'amd64' });
    const companions = index.manifests.filter(({ platform }) => platform?.os === 'unknown');
    expect(companions.map(({ annotations }) => annotations?.['vnd.docker.reference.digest'])).toContain(
      pushed.image.descriptor.digest,
    );
    for (const { digest } of companions) expect(await target.head(digest)).toBeDefined();
  });

  it('does not tag an index whose parts are not there when they are read back', async () => {
    const open = await place();
    await pushOne(open('build'), AMD64, '1.0');
    const target = open('api');
    const losing: Store = { ...watchedStore(target, () => undefined), hasBlob: async () => false };
    const assembling = assembleIndex({
      ...DEFAULTS,
      target: losing,
      sources: [source(open('build'), '1.0')],
    });
    await expect(assembling).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await target.head('1.0')).toBeUndefined();
  });

  it.each(['absent', 'named by its tag already'])(
    'brings what an image there has lost: the index is %s',
    async state => {
      const open = await place();
      const [build, target] = [open('build'), open('api')];
      const options = { ...DEFAULTS, target, sources: [source(build, '1.0')] };
      const digest = await pushOne(build, AMD64, '1.0');
      if (state === 'absent') await pushOne(target, AMD64, 'amd64');
      else await assembleIndex(options);
      const lost = await parsed(build, '1.0');
      if (lost.kind !== 'image') throw new Error('no image');
      let isLost = true;
      const losing: Store = {
        ...watchedStore(target, ({ method }) => {
          if (method === 'putBlob') isLost = false;
        }),
        hasBlob: async blob =>
          !(isLost && blob.digest === lost.config.digest) && (await target.hasBlob(blob)),
      };
      expect(await assembleIndex({ ...options, target: losing })).toMatchObject({
        changed: true,
        images: [{ digest }],
      });
      expect(isLost).toBe(false);
    },
  );

  it('does not move a tag that another run set while the images were copied', async () => {
    const open = await place();
    const [build, target] = [open('build'), open('api')];
    await pushOne(build, AMD64, '1.0');
    const other = await pushOne(target, ARM64, 'other');
    const image = (await target.manifest('other')) ?? expect.fail('no image');
    const raced: Store = {
      ...watchedStore(target, () => undefined),
      putBlob: async (descriptor, from) => {
        await target.putManifest(image, '1.0');
        return await target.putBlob(descriptor, from);
      },
    };
    const assembling = assembleIndex({ ...DEFAULTS, target: raced, sources: [source(build, '1.0')] });
    await expect(assembling).rejects.toMatchObject({ code: 'TAG_MOVED' });
    expect((await target.head('1.0'))?.digest).toBe(other);
  });

  it('fails where a wanted platform is in no source', async () => {
    const open = await place();
    await pushOne(open('build'), { ...ARM64, variant: 'v8' }, '1.0');
    const sources = [source(open('build'), '1.0')];
    const asking = (platforms: readonly string[]): Promise<AssembledIndex> =>
      assembleIndex({ ...DEFAULTS, target: open('api'), sources, platforms });
    await expect(asking(['linux/arm64', 'linux/s390x'])).rejects.toThrow(/linux\/s390x/);
    expect((await asking(['linux/arm64'])).images).toHaveLength(1);
  });

  it('refuses what is no image, and an index in an index', async () => {
    const open = await place();
    const build = open('build');
    await pushEmpty(build);
    const chart = artifact(manifestContent(encoded({}), MEDIA_TYPES.manifest).descriptor, 'chart');
    await build.putManifest(chart, 'chart');
    const { index } = await pushBuildKit(build, AMD64, {});
    await build.putManifest(indexOf([index.descriptor]), 'nested');
    for (const tag of ['chart', 'nested']) {
      const assembling = assembleIndex({ ...DEFAULTS, target: open('api'), sources: [source(build, tag)] });
      await expect(assembling).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
  });
});

const DEFAULTS = { tag: '1.0', moves: false, platforms: [], evidence: 'all' } as const;

async function place(): Promise<(path: string) => Store> {
  return storesAt((await registryFor()).host);
}

function source(store: Store, from: string) {
  return { store, from, name: `${store.name.split('/').at(-1)}:${from}` };
}

/** As a build of one architecture pushes it: a manifest without an index. */
async function pushOne(store: Store, platform: Platform, tag: string): Promise<Digest> {
  const { manifests, blobs } = buildImage({ platforms: [platform], layers: ['app'] });
  for (const { descriptor, bytes } of blobs) await store.putBlob(descriptor, chunked(bytes));
  const [manifest] = manifests;
  if (manifest === undefined) throw new Error('no manifest');
  await store.putManifest(manifest, tag);
  return manifest.descriptor.digest;
}

/** As BuildKit pushes it: an index of the image and of an attestation that is marked as such. */
async function pushBuildKit(store: Store, platform: Platform, annotations: Readonly<Record<string, string>>) {
  await pushOne(store, platform, 'image');
  const image = await store.manifest('image');
  if (image === undefined) throw new Error('no image');
  await pushEmpty(store);
  const attestation = artifact(image.descriptor, `attestation for ${platform.architecture}`);
  await store.putManifest(attestation);
  const marks = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': image.descriptor.digest,
  };
  const index = indexOf(
    [
      { ...image.descriptor, platform, annotations: { note: platform.architecture } },
      { ...attestation.descriptor, platform: { os: 'unknown', architecture: 'unknown' }, annotations: marks },
    ],
    annotations,
  );
  await store.putManifest(index, '1.0');
  return { index, image };
}

async function signed(store: Store, digest: Digest | undefined): Promise<void> {
  const subject = digest && (await store.manifest(digest));
  if (!subject) throw new Error('no subject');
  await pushEmpty(store);
  await store.putManifest(artifact(subject.descriptor, 'signature'));
}

function indexOf(
  manifests: readonly object[],
  annotations: Readonly<Record<string, string>> = {},
): ManifestContent {
  return manifestContent(encoded({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests, annotations }));
}

async function parsed(store: Store, tag: string) {
  const content = await store.manifest(tag);
  if (content === undefined) throw new Error(`no ${tag}`);
  return parseManifest(content);
}

function encoded(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
