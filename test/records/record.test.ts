import { expect, it } from 'vitest';
import { writeRecord } from '../../src/records/record.ts';
import { PROMOTION, recordStatement } from '../../src/records/statement.ts';
import { newImage, newStore } from '../signing/counted-store.ts';
import { newSigner } from '../signing/keys.ts';
import { sampleRecord } from './sample-record.ts';

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
    'dev.gitops-promote.plan': record.planDigest,
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': PROMOTION,
    'org.opencontainers.image.created': record.time,
  });
});
