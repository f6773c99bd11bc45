import { describe, expect, it } from 'vitest';
import { cosignTag } from '../../src/oci/cosign-tag.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { findRecord } from '../../src/records/find.ts';
import { judgeSummaries } from '../../src/records/judge.ts';
import { prepareRecord } from '../../src/records/record.ts';
import { PROMOTION } from '../../src/records/statement.ts';
import {
  buildLevel,
  countSummaries,
  findSummary,
  prepareSummary,
  SUMMARY,
  type Summary,
} from '../../src/records/summary.ts';
import type { Store } from '../../src/registry/store.ts';
import { attachOnce } from '../../src/signing/attach-once.ts';
import { findSignature } from '../../src/signing/find.ts';
import { readLegacyManifest } from '../../src/signing/legacy-tag.ts';
import { prepareSignature } from '../../src/signing/sign.ts';
import type { Signer } from '../../src/signing/signer.ts';
import { COSIGN_SIGN } from '../../src/signing/statement.ts';
import { layoutPlace } from '../registry/places.ts';
import { registryFor, storesAt } from '../registry/remote-place.ts';
import { watchedStore } from '../registry/watched-store.ts';
import type { RegistryOptions } from '../servers/registry.ts';
import { seeded } from '../servers/seeded.ts';
import { newImage } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { sampleRecord } from './sample-record.ts';

const HINT = 'dev.sigstore.bundle.predicateType';
const REPOSITORY = 'registry.example.com/prod/api';
const ONE = { signatures: 1, records: 1, summaries: 1, layers: 1 };
const signer = await newSigner();

describe.each<[string, RegistryOptions]>([
  ['without the referrers API', { referrers: false }],
  ['with the referrers API', {}],
])('several runs that sign and record at once, on a registry %s', (_, options) => {
  it.each([2, 3])('leave one of each, however their requests mix: %i', async runs => {
    for (let round = 0; round < 8; round += 1) {
      const latency = seeded(round);
      const { host } = await registryFor({ pageSize: 100, ...options, latency: () => latency() * 8 });
      const subject = await newImage(storesAt(host)('api'));
      await Promise.all(Array.from({ length: runs }, () => run(storesAt(host)('api'), subject)));
      expect(await found(storesAt(host)('api'), subject), `round ${round}`).toEqual(ONE);
    }
  });
});

describe('several runs that sign and record at once', () => {
  it('leave one of each in an image layout', async () => {
    const { store, close } = await layoutPlace();
    const subject = await newImage(store('api'));
    await Promise.all([1, 2, 3].map(() => run(store('api'), subject)));
    expect(await found(store('api'), subject)).toEqual(ONE);
    await close();
  });

  it('keep what another signer wrote, and what is of another plan', async () => {
    const { host } = await registryFor({ pageSize: 100 });
    const store = storesAt(host)('api');
    const subject = await newImage(store);
    await run(store, subject, { by: await newSigner() });
    await run(store, subject, { plan: 'an earlier plan' });
    await Promise.all([1, 2].map(() => run(storesAt(host)('api'), subject)));
    expect(await found(store, subject)).toEqual({ signatures: 2, records: 3, summaries: 3, layers: 2 });
  });

  it('take the same one of two where nothing is removed', async () => {
    const { host } = await registryFor({ pageSize: 100, deletes: false });
    const store = storesAt(host)('api');
    const subject = await newImage(store);
    await atOnce(store, subject, ['first', 'second', 'third']);
    const referrers = await store.referrers(subject.digest);
    expect(await found(store, subject)).toMatchObject({ records: 3, summaries: 3 });
    const search = { store, referrers, digest: subject.digest, trust: trustIn(signer) };
    expect(await countSummaries(search, summaryOf(subject.digest, 'plan', ''))).toBe(3);
    expect(await countSummaries(search, summaryOf(subject.digest, 'another plan', ''))).toBe(1);
    const orderly = [referrers, referrers.toReversed()].map(async listed => {
      const wanted = { environment: 'production', repositories: [REPOSITORY], isAccepted: async () => true };
      return await judgeSummaries({ ...search, referrers: listed }, wanted);
    });
    const [first, second] = await Promise.all(orderly);
    const manifests = referrers.filter(({ annotations }) => annotations?.[HINT] === SUMMARY);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ manifest: manifests.map(({ digest }) => digest).toSorted()[0] });
    const orders = [referrers, referrers.toReversed()].map(async listed => recordOf(store, subject, listed));
    const [one, other] = await Promise.all(orders);
    const lowest = referrers
      .filter(({ annotations }) => annotations?.[HINT] === PROMOTION)
      .toSorted((left, right) => (left.digest < right.digest ? -1 : 1))[0];
    expect(one).toEqual(other);
    expect(one).toEqual(await recordOf(store, subject, lowest === undefined ? [] : [lowest]));
  });

  it('fails where the registry forgets what it has just accepted', async () => {
    const { store, close } = await layoutPlace();
    const subject = await newImage(store('api'));
    const forgetful: Store = {
      ...watchedStore(store('api'), () => undefined),
      attach: async () => undefined,
    };
    await expect(run(forgetful, subject)).rejects.toMatchObject({ code: 'EVIDENCE' });
    await close();
  });
});

interface Run {
  readonly by?: Signer;
  readonly plan?: string;
  readonly requestedBy?: string;
}

/** Does what a promotion does once the image is there, from what it finds when it begins. */
async function run(store: Store, subject: Descriptor, parts: Run = {}): Promise<void> {
  await (await begin(store, subject, parts))();
}

/** Lets each run find nothing before any of them attaches what it has made. */
async function atOnce(store: Store, subject: Descriptor, names: readonly string[]): Promise<void> {
  const begun = await Promise.all(names.map(requestedBy => begin(store, subject, { requestedBy })));
  await Promise.all(begun.map(end => end()));
}

async function begin(
  store: Store,
  subject: Descriptor,
  { by = signer, plan = 'plan', requestedBy = 'alice' }: Run,
): Promise<() => Promise<void>> {
  const { digest } = subject;
  const search = { store, referrers: await store.referrers(digest), digest, trust: trustIn(by) };
  const created = new Date('2026-11-20T10:00:00Z');
  const formats = ['bundle', 'legacy'] as const;
  const signed = await prepareSignature({ search, subject, signer: by, formats, created });
  const record = { ...sampleRecord(digest), planDigest: digestOf(plan), requestedBy };
  const isThere = await findRecord({
    ...search,
    environment: 'production',
    repository: REPOSITORY,
    planDigest: record.planDigest,
  });
  const recorded = isThere ? undefined : await prepareRecord({ store, subject, signer: by, record });
  const attachables = [signed.attachable, recorded].filter(attachable => attachable !== undefined);
  const summary = summaryOf(digest, plan, requestedBy);
  const isSummarised = (await findSummary(search, summary)) !== undefined;
  const summarised = isSummarised ? [] : [await prepareSummary(store, subject, by, summary)];
  return async () => {
    await attachOnce(search, attachables);
    // As a promotion does: after the record, which it names.
    await attachOnce(search, summarised);
  };
}

function summaryOf(digest: Digest, plan: string, evidence: string): Summary {
  return {
    environment: 'production',
    repository: REPOSITORY,
    digest,
    planDigest: digestOf(plan),
    kind: 'promotion',
    policy: digestOf('policy'),
    policyUri: 'https://example.com/policy',
    evidence: [digestOf(evidence)],
    levels: [buildLevel(undefined)],
    time: '2026-11-20T10:00:00.000Z',
  };
}

async function found(store: Store, { digest }: Descriptor) {
  const referrers = await store.referrers(digest);
  const claim = (type: string) => referrers.filter(({ annotations }) => annotations?.[HINT] === type).length;
  const legacy = await readLegacyManifest(store, cosignTag(digest, 'sig') ?? '');
  expect(await findSignature({ store, referrers, digest, trust: trustIn(signer) })).toBeDefined();
  const layers = legacy?.manifest.layers.length ?? 0;
  return { signatures: claim(COSIGN_SIGN), records: claim(PROMOTION), summaries: claim(SUMMARY), layers };
}

async function recordOf(store: Store, { digest }: Descriptor, referrers: readonly Descriptor[]) {
  const trust = trustIn(signer);
  return await findRecord({
    store,
    referrers,
    digest,
    trust,
    environment: 'production',
    repository: REPOSITORY,
  });
}
