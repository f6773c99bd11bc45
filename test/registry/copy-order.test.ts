import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { hexOf } from '../../src/oci/digest.ts';
import {
  isManifestType,
  type ManifestContent,
  MEDIA_TYPES,
  manifestContent,
  parseManifest,
} from '../../src/oci/manifest.ts';
import { copyImage } from '../../src/registry/copy/copy.ts';
import type { Store } from '../../src/registry/store.ts';
import { type LayoutPlace, layoutPlace } from './places.ts';
import { artifact, blobOf, chunked, pushEmpty, sample } from './store-contract.ts';
import { isWrite, watchedStore } from './watched-store.ts';

const INNER = buildImage({
  platforms: ['amd64', 'arm64'].map(architecture => ({ os: 'linux', architecture })),
  layers: ['base', 'app'],
});
const CACHED = Buffer.from('what an index names besides manifests');
const OUTER = index([INNER.index.descriptor, blobOf(CACHED)]);
const { digest } = OUTER.descriptor;
const SIGNATURE = `sha256-${hexOf(digest)}.sig`;

describe('copyImage writes', () => {
  let place: LayoutPlace;
  let source: Store;
  beforeAll(async () => {
    place = await layoutPlace();
    source = place.store('source');
    await pushImage(source, INNER);
    await source.putBlob(blobOf(CACHED), chunked(CACHED));
    await source.putManifest(OUTER, '1.0');
    await pushEmpty(source);
    for (const subject of [OUTER, ...INNER.manifests]) {
      await source.putManifest(artifact(subject.descriptor, 'report'));
    }
    const [signature = OUTER] = sample('signature').manifests;
    await pushImage(source, sample('signature'));
    await source.putManifest(signature, SIGNATURE);
  });
  afterAll(() => place.close());

  it.each([1, 6])(
    'no manifest before all that it names is there, %d requests at a time',
    async concurrency => {
      const target = place.store(`parts-${concurrency}`);
      const early: string[] = [];
      const careful: Store = {
        ...watchedStore(target, () => undefined),
        async putManifest(content, tag) {
          early.push(...(await absentParts(target, content)));
          await target.putManifest(content, tag);
        },
      };
      await copyImage({ source, target: careful, from: '1.0', tag: '1.0', evidence: 'all', concurrency });
      expect(early).toEqual([]);
    },
  );

  it.each([1, 6])('the tag after all else, %d requests at a time', async concurrency => {
    const target = place.store(`tag-${concurrency}`);
    const writes: string[] = [];
    const watched = watchedStore(target, operation => {
      if (isWrite(operation)) writes.push(operation.subject);
    });
    await copyImage({ source, target: watched, from: '1.0', tag: '1.0', evidence: 'all', concurrency });
    expect(writes.filter(subject => subject === '1.0')).toHaveLength(1);
    expect(writes.at(-1)).toBe('1.0');
    expect(writes).toContain(SIGNATURE);
  });

  it.each(['1.0', undefined])('the image before the evidence that refers to it, tagged %s', async tag => {
    const target = place.store(`evidence-${tag}`);
    const writes: string[] = [];
    const watched = watchedStore(target, operation => {
      if (isWrite(operation)) writes.push(operation.subject);
    });
    await copyImage({ source, target: watched, from: '1.0', tag, evidence: 'all' });
    const evidence = [...(await source.referrers(digest)).map(referrer => referrer.digest), SIGNATURE];
    const first = Math.min(...evidence.map(subject => writes.indexOf(subject)));
    expect(writes.indexOf(digest)).toBeGreaterThanOrEqual(0);
    expect(first).toBeGreaterThan(writes.indexOf(digest));
  });
});

/** What a manifest names and the store does not hold. */
async function absentParts(store: Store, content: ManifestContent): Promise<readonly string[]> {
  const manifest = parseManifest(content);
  const parts = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  const absent = parts.map(async part => {
    const isThere = isManifestType(part.mediaType)
      ? (await store.head(part.digest)) !== undefined
      : await store.hasBlob(part);
    return isThere ? [] : [`${part.digest} of ${content.descriptor.digest}`];
  });
  return (await Promise.all(absent)).flat();
}

function index(manifests: readonly object[]): ManifestContent {
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests };
  return manifestContent(Buffer.from(JSON.stringify(body)));
}
