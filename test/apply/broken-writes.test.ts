import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { PromoteError } from '../../src/errors.ts';
import { type Digest, isDigest } from '../../src/oci/digest.ts';
import { parseRepositoryName } from '../../src/oci/reference.ts';
import { findRecord } from '../../src/records/find.ts';
import { checkClosure } from '../../src/registry/copy/check-closure.ts';
import { openLayout } from '../../src/registry/layout/layout.ts';
import type { Store } from '../../src/registry/store.ts';
import { findSignature } from '../../src/signing/find.ts';
import { isWrite, type StoreOperation, watchedStore } from '../registry/watched-store.ts';
import { describeWith } from '../servers/tools.ts';
import { newSigner } from '../signing/keys.ts';
import { createReviewWorld, type ReviewWorld } from './review-world.ts';

const SIGNER = await newSigner();
const REGIONS = ['eu', 'us'].map(region => parseRepositoryName(`oci:../${region}/api`));
const REGISTRY =
  '[{ push: "oci:../eu", files: ["production/eu.yaml"] }, { push: "oci:../us", files: ["production/us.yaml"] }]';
const VALUES = 'image:\n  repository: oci:../dev/api\n  tag: "0"\n';

describeWith(['git'], 'a promotion to two regions of which one write fails', () => {
  let shop: ReviewWorld;
  afterEach(async () => await shop.world.close());

  it.each(['before', 'after'] as const)('leaves no lie and says none (%s it is made)', async when => {
    shop = await createReviewWorld(['commit: direct'], { signer: SIGNER, registry: REGISTRY });
    await shop.world.git('rm', '--quiet', 'production/api.yaml');
    for (const region of ['eu', 'us']) await shop.commit('main', `production/${region}.yaml`, VALUES);
    await shop.release('1.0.0');
    const start = await shop.world.git('rev-parse', 'HEAD');

    let write = 0;
    for (let isBroken = true; isBroken; write += 1) {
      const broken = breaking(write, when);
      const { state } = await shop.apply();
      isBroken = broken.isDone();
      await expectNoLies(broken.said);
      expect(state).toBe(isBroken ? 'failed' : 'done');

      const again = breaking(Number.POSITIVE_INFINITY, when);
      expect((await shop.apply()).state).toBe(isBroken ? 'done' : 'nothing');
      await expectNoLies(again.said);
      const pins = await pinned();
      expect(pins).toHaveLength(2);
      // One signature, which dev's build brought, and one record of each environment, however often it was tried.
      for (const store of REGIONS.map(openLayout(shop.world.repository))) {
        for (const digest of pins)
          expect(await attachedTo(store, digest)).toEqual(['dev', 'production', 'signature']);
      }
      const idle = breaking(0, when);
      expect((await shop.apply()).state).toBe('nothing');
      expect([idle.isDone(), idle.said]).toEqual([false, []]);
      await shop.world.git('reset', '--quiet', '--hard', start);
      for (const region of ['eu', 'us']) await rm(join(shop.world.directory, region), { recursive: true });
    }
    expect(write).toBeGreaterThan(15);
  });

  /** Opens the registries anew, which fail at one write; `said` is what is logged from now on. */
  function breaking(write: number, when: 'before' | 'after') {
    const open = openLayout(shop.world.repository);
    const said: string[] = [];
    let [left, isDone] = [write, false];
    const fail = (operation: StoreOperation) => {
      if (!isWrite(operation)) return;
      left -= 1;
      if (left !== -1) return;
      isDone = true;
      throw new PromoteError('REGISTRY', 'broken');
    };
    const store = (name: Store['name']) => {
      const opened = open(name);
      if (!REGIONS.includes(name)) return opened;
      return when === 'before' ? watchedStore(opened, fail) : watchedAfter(opened, fail);
    };
    Object.assign(shop.effects, { store, log: (line: string) => said.push(line) });
    return { said, isDone: () => isDone };
  }

  /** What is pinned or tagged anywhere is everywhere, signed and recorded; and what was said is so. */
  async function expectNoLies(said: readonly string[]) {
    const open = openLayout(shop.world.repository);
    const stores = REGIONS.map(open);
    const pins = await pinned();
    const tagged = await Promise.all(stores.map(async store => (await store.head('1.0.0'))?.digest));
    for (const digest of [...pins, ...tagged]) {
      if (digest === undefined) continue;
      for (const store of stores) {
        expect((await checkClosure(store, digest)).lacks).toEqual([]);
        expect([await isSigned(store, digest), await isRecorded(store, digest)]).toEqual([true, true]);
      }
    }
    if (pins.length > 0) expect([...pins, ...tagged]).toEqual(Array(4).fill(pins[0]));
    for (const line of said) await expectTrue(line);
  }

  /** The digests that the working tree, which follows the branch, pins. */
  async function pinned(): Promise<readonly Digest[]> {
    const texts = ['eu', 'us'].map(region => shop.world.read(`production/${region}.yaml`));
    const found = (await Promise.all(texts)).flatMap(text => /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? []);
    return found.filter(isDigest);
  }

  async function expectTrue(line: string) {
    const [, what, where = ''] = /^(signed|recorded|tagged) ([^@]+?)(?::1\.0\.0|@\S+)$/.exec(line) ?? [];
    if (what === undefined) return expect(line).toMatch(/^failed: /);
    const store = openLayout(shop.world.repository)(parseRepositoryName(where));
    const source = shop.effects.store(parseRepositoryName('oci:../dev/api'));
    const digest = (await source.head('1.0.0'))?.digest ?? expect.fail('no release');
    const named = async () => (await store.head('1.0.0'))?.digest === digest;
    const isTrue = { signed: isSigned, recorded: isRecorded, tagged: named }[what];
    expect(await isTrue?.(store, digest), line).toBe(true);
  }
});

/** The same, failing once the operation was carried out. */
function watchedAfter(store: Store, watch: (operation: StoreOperation) => void): Store {
  return {
    ...watchedStore(store, () => undefined),
    putManifest: async (content, tag) => {
      await store.putManifest(content, tag);
      watch({ method: 'putManifest', subject: tag ?? content.descriptor.digest });
    },
    putBlob: async (descriptor, source) => {
      const outcome = await store.putBlob(descriptor, source);
      watch({ method: 'putBlob', subject: descriptor.digest });
      return outcome;
    },
  };
}

async function searchOf(store: Store, digest: Digest) {
  return { store, digest, referrers: await store.referrers(digest), trust: SIGNER.trust };
}

async function isSigned(store: Store, digest: Digest): Promise<boolean> {
  return (await findSignature(await searchOf(store, digest))) !== undefined;
}

async function isRecorded(store: Store, digest: Digest): Promise<boolean> {
  const search = await searchOf(store, digest);
  return (await findRecord({ ...search, environment: 'production', repository: store.name })) !== undefined;
}

/** What refers to an image: the environment of a record, or that it is a signature. */
async function attachedTo(store: Store, digest: Digest): Promise<readonly string[]> {
  const listed = await store.referrers(digest);
  return listed
    .map(({ annotations }) => annotations?.['dev.gitops-promote.environment'] ?? 'signature')
    .toSorted();
}
