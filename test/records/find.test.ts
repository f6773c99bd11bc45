import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { findRecord, type RecordSearch } from '../../src/records/find.ts';
import { PROMOTION, type PromotionRecord } from '../../src/records/statement.ts';
import type { Store } from '../../src/registry/store.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { sign } from '../signing/sign-image.ts';
import { sampleRecord } from './sample-record.ts';
import { writeRecord } from './write-record.ts';

const REPOSITORY = 'registry.example.com/prod/api';
const signer = await newSigner();

describe('findRecord', () => {
  it('gives back the whole record', async () => {
    const { store, subject } = await place();
    const record = {
      ...sampleRecord(subject.digest),
      pullRequestUrl: 'https://example.com/1',
      requestedBy: 'alice',
    };
    await writeRecord({ store, subject, signer, record });
    expect(await find(store, subject)).toEqual(record);
    expect(await find(store, subject, { planDigest: record.planDigest })).toEqual(record);
  });

  it('opens one manifest and one blob among other records and signatures', async () => {
    const { store, subject } = await place();
    const { digest } = subject;
    for (const to of ['dev', 'qa', 'staging', 'production'])
      await write(store, subject, { environment: { from: 'build', to } });
    await sign(store, subject, signer);
    await write(store, subject, { planDigest: digestOf('another plan') });
    const planDigest = sampleRecord(digest).planDigest;
    const search = await searchOf(store, subject, { planDigest });
    store.calls.length = 0;
    expect(await findRecord(search)).toMatchObject({ planDigest });
    expect(store.calls).toEqual(['manifest', 'blob']);
  });

  it.each([
    ['of another environment', { environment: { from: 'build', to: 'dev' } }],
    ['of another repository', { target: { repository: 'registry.example.com/dev/api', tags: [] } }],
    ['of another plan', { planDigest: digestOf('another plan') }],
    ['of another digest', { digest: digestOf('another image') }],
  ])('does not take one %s', async (_, part) => {
    const { store, subject } = await place();
    await write(store, subject, part);
    const planDigest = sampleRecord(subject.digest).planDigest;
    expect(await find(store, subject, { planDigest })).toBeUndefined();
  });

  it('distinguishes a rollback from the promotion before it, and takes the newest where either will do', async () => {
    const { store, subject } = await place();
    await write(store, subject, { time: '2026-11-20T10:00:00Z' });
    await write(store, subject, { kind: 'rollback', time: '2026-11-20T11:00:00Z' });
    const found = [{}, { kind: 'promotion' as const }, { kind: 'rollback' as const }].map(
      async part => (await find(store, subject, part))?.kind,
    );
    expect(await Promise.all(found)).toEqual(['rollback', 'promotion', 'rollback']);
  });

  it('does not take one that another has signed', async () => {
    const { store, subject } = await place();
    await writeRecord({ store, subject, signer: await newSigner(), record: sampleRecord(subject.digest) });
    expect(await find(store, subject)).toBeUndefined();
  });

  it('believes what is signed, not what is annotated', async () => {
    const { store, subject } = await place();
    await write(store, subject, { environment: { from: 'build', to: 'dev' } });
    const { referrers, ...search } = await searchOf(store, subject);
    const annotations = { 'dev.gitops-promote.environment': 'production' };
    const relabelled = referrers.map(one => ({
      ...one,
      annotations: { ...one.annotations, ...annotations },
    }));
    expect(await findRecord({ ...search, referrers: relabelled })).toBeUndefined();
    expect(await findRecord({ ...search, referrers: relabelled, environment: 'dev' })).toBeDefined();
  });

  it('passes over a predicate that is no record', async () => {
    const { store, subject } = await place();
    const { digest } = subject;
    const { planDigest, ...incomplete } = sampleRecord(digest);
    const complete = { ...incomplete, planDigest };
    const wrong = [
      { ...complete, time: 'yesterday' },
      { ...complete, digest: digestOf('another image') },
    ];
    for (const predicate of [incomplete, null, 'text', ...wrong]) {
      await attach(store, subject, {
        signer,
        statement: inTotoStatement({ digest, predicateType: PROMOTION, predicate }),
      });
    }
    expect(await find(store, subject)).toBeUndefined();
  });
});

async function place() {
  const store = await newStore();
  return { store, subject: await newImage(store) };
}

async function write(store: Store, subject: Descriptor, part: Partial<PromotionRecord>): Promise<void> {
  await writeRecord({ store, subject, signer, record: { ...sampleRecord(subject.digest), ...part } });
}

async function find(store: Store, subject: Descriptor, part: Partial<RecordSearch> = {}) {
  return await findRecord(await searchOf(store, subject, part));
}

async function searchOf(
  store: Store,
  { digest }: Descriptor,
  part: Partial<RecordSearch> = {},
): Promise<RecordSearch> {
  const referrers = await store.referrers(digest);
  const wanted = { environment: 'production', repository: REPOSITORY };
  return { store, referrers, digest, trust: trustIn(signer), ...wanted, ...part };
}
