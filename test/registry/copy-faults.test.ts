import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage, pushImage } from '../../src/demo/image.ts';
import { hexOf } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { readClosure } from '../../src/registry/closure.ts';
import { type CopyOptions, copyImage } from '../../src/registry/copy/copy.ts';
import type { Store } from '../../src/registry/store.ts';
import { describeWith } from '../servers/tools.ts';
import { type LayoutPlace, layoutPlace, registryPlace } from './places.ts';
import { artifact, pushEmpty, sample } from './store-contract.ts';
import { watchedStore } from './watched-store.ts';

const IMAGE = buildImage({
  platforms: ['amd64', 'arm64'].map(architecture => ({ os: 'linux', architecture })),
  layers: ['base', 'app'],
});
const { digest } = IMAGE.index.descriptor;

describe('copyImage, interrupted', () => {
  let place: LayoutPlace;
  let source: Store;
  beforeAll(async () => {
    place = await layoutPlace();
    source = place.store('source');
    await pushImage(source, IMAGE, '1.0');
    await pushEmpty(source);
    await source.putManifest(artifact(IMAGE.index.descriptor, 'report'));
    const signature = sample('signature').manifests[0];
    if (signature === undefined) throw new Error('no manifest');
    await pushImage(source, sample('signature'));
    await source.putManifest(signature, `sha256-${hexOf(digest)}.sig`);
  });
  afterAll(() => place.close());

  it('leaves nothing tagged wherever it is cancelled, and ends whole when it runs again', async () => {
    let steps = 0;
    for (let isDone = false; !isDone; steps += 1) {
      const target = place.store(`cancelled-${steps}`);
      const aborter = new AbortController();
      let left = steps;
      const watch = () => {
        if (left === 0) aborter.abort();
        left -= 1;
      };
      const options = { ...to(watchedStore(target, watch)), source: watchedStore(source, watch) };
      isDone = await copyImage({ ...options, signal: aborter.signal, concurrency: 1 }).then(
        () => true,
        error => {
          expect(error).toMatchObject({ code: 'CANCELLED' });
          return false;
        },
      );
      if (!isDone) expect(await target.head('1.0')).toBeUndefined();
      await copyImage(to(target));
      await expectComplete(target);
    }
    expect(steps).toBeGreaterThan(20);
  });

  it('ends whole after any one operation failed', async () => {
    let steps = 0;
    for (let isDone = false; !isDone; steps += 1) {
      const target = place.store(`failed-${steps}`);
      let left = steps;
      const watch = () => {
        left -= 1;
        if (left === -1) throw new Error('broken');
      };
      isDone = await copyImage(to(watchedStore(target, watch))).then(
        () => true,
        () => false,
      );
      if (!isDone) expect(await target.head('1.0')).toBeUndefined();
      await copyImage(to(target));
      await expectComplete(target);
    }
    expect(steps).toBeGreaterThan(10);
  });

  it('stops within a blob', async () => {
    const aborter = new AbortController();
    const copying = copyImage({
      ...to(place.store('stopped')),
      source: endless(source),
      signal: aborter.signal,
      progress: ({ kind }) => void (kind === 'bytes' && aborter.abort()),
    });
    await expect(copying).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('copies for one what another, cancelled copy had begun', async () => {
    const aborter = new AbortController();
    const ledger = { blobs: new Map(), manifests: new Map() };
    const target = place.store('shared');
    let other: Promise<unknown> | undefined;
    const watched = watchedStore(target, ({ method }) => {
      if (method !== 'putBlob' || other) return;
      other = copyImage({ ...to(target), ledger });
      aborter.abort();
    });
    const cancelled = copyImage({ ...to(watched), ledger, signal: aborter.signal, concurrency: 1 });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await other;
    await expectComplete(target);
  });

  it('tags nothing that arrived damaged', async () => {
    const damaged = place.store('damaged');
    await pushImage(damaged, IMAGE, '1.0');
    const layer = IMAGE.blobs[0]?.descriptor;
    if (layer === undefined) throw new Error('no layer');
    const path = join(place.directory, 'damaged/blobs/sha256', hexOf(layer.digest));
    await writeFile(path, Buffer.alloc(layer.size));
    const target = place.store('from-damaged');
    const copying = copyImage({ ...to(target), source: damaged });
    await expect(copying).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await target.tags()).toEqual([]);
    expect(await target.head(digest)).toBeUndefined();
  });

  function to(target: Store): CopyOptions {
    return { source, target, from: '1.0', tag: '1.0', evidence: 'all' };
  }
});

describeWith(['docker-registry'], 'copyImage to a registry that lost a part', () => {
  it('copies a deleted platform again before the tag moves', async () => {
    const registry = await registryPlace();
    const [source, target] = [registry.store('lost/from'), registry.store('lost/to')];
    await pushImage(source, IMAGE, '1.0');
    await copyImage({ source, target, from: '1.0', evidence: 'none' });
    await pushImage(target, sample('other'), 'latest');
    const child = IMAGE.manifests[1]?.descriptor.digest;
    await fetch(`http://${registry.host}/v2/lost/to/manifests/${child}`, { method: 'DELETE' });
    await copyImage({ source, target, from: '1.0', tag: 'latest', moves: true, evidence: 'none' });
    expect((await target.head('latest'))?.digest).toBe(digest);
    expect((await readClosure(target, digest)).manifests.length).toBe(3);
    await registry.close();
  });
});

async function expectComplete(target: Store): Promise<void> {
  expect((await target.head('1.0'))?.digest).toBe(digest);
  expect((await readClosure(target, digest)).manifests.length).toBe(3);
  for (const { descriptor } of IMAGE.blobs) {
    const hash = createHash('sha256');
    for await (const chunk of await target.blob(descriptor)) hash.update(chunk);
    expect(hash.digest('hex')).toBe(hexOf(descriptor.digest));
  }
  expect((await target.referrers(digest)).length).toBe(1);
  expect(await target.head(`sha256-${hexOf(digest)}.sig`)).toBeDefined();
}

/** The same store, but its blobs never end, and cannot be linked. */
function endless(store: Store): Store {
  return {
    ...watchedStore(store, () => undefined),
    name: parseRepositoryName('registry.example/endless'),
    blob: async () =>
      (async function* () {
        for (;;) yield Buffer.alloc(1);
      })(),
  };
}
