import { expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { PROMOTION, parseRecord, recordStatement } from '../../src/records/statement.ts';
import { newImage, newStore } from '../signing/counted-store.ts';
import { newSigner } from '../signing/keys.ts';
import { sampleRecord } from './sample-record.ts';
import { writeRecord } from './write-record.ts';

it('a record is about one digest, under the name of the repository it was released to', async () => {
  const { digest } = await newImage(await newStore());
  const record = sampleRecord(digest);
  expect(recordStatement(record)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: record.target.repository, digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: 'https://gitops-promote.dev/promotion/v1',
    predicate: record,
  });
});

it('a record is annotated with what to find it by', async () => {
  const store = await newStore();
  const subject = await newImage(store);
  const record = sampleRecord(subject.digest);
  const descriptor = await writeRecord({ store, subject, signer: await newSigner(), record });
  expect(await store.referrers(subject.digest)).toEqual([descriptor]);
  expect(descriptor.annotations).toEqual({
    'dev.gitops-promote.environment': 'production',
    'dev.gitops-promote.repository': record.target.repository,
    'dev.gitops-promote.signer': expect.stringMatching(/^sha256:/),
    'dev.gitops-promote.plan': record.planDigest,
    'dev.gitops-promote.kind': 'promotion',
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': PROMOTION,
    'org.opencontainers.image.created': record.time,
  });
});

it.each<[string, unknown, number]>([
  ['a stated approval', { kind: 'stated', name: 'alice', authenticated: false }, 1],
  ['a stated one that claims to be proved', { kind: 'stated', name: 'alice', authenticated: true }, 0],
  [
    'a review',
    {
      kind: 'review',
      name: 'alice',
      id: '7',
      at: '2026-11-21T10:00:00.000Z',
      url: 'https://forge.example/1',
      commit: 'c0ffee',
      authenticated: true,
    },
    1,
  ],
  ['a review of nobody', { kind: 'review', name: 'alice', authenticated: true }, 0],
  [
    'a protected environment',
    { kind: 'environment', name: 'alice', id: '7', environment: 'production', authenticated: true },
    1,
  ],
])('a record is read with %s only as it may be', (_, approval, count) => {
  const record = sampleRecord(digestOf('image'));
  const statement = { ...recordStatement(record), predicate: { ...record, approvals: [approval] } };
  expect(parseRecord(statement)?.approvals.length ?? 0).toBe(count);
});

it('a record from before rollbacks were told apart is of a promotion', () => {
  const { kind: _, ...old } = sampleRecord(digestOf('image'));
  const statement = { ...recordStatement(sampleRecord(digestOf('image'))), predicate: old };
  expect(parseRecord(statement)?.kind).toBe('promotion');
});
