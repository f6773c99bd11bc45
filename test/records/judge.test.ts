import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { judgeRecords } from '../../src/records/judge.ts';
import type { PromotionRecord } from '../../src/records/statement.ts';
import type { Store } from '../../src/registry/store.ts';
import { newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { sampleRecord } from './sample-record.ts';
import { writeRecord } from './write-record.ts';

const REPOSITORY = 'registry.example.com/prod/api';
const OLD = digestOf('another policy');
const [ours, other] = [await newSigner(), await newSigner()];

interface Place {
  readonly store: Store;
  readonly subject: Descriptor;
}

async function place(): Promise<Place> {
  const store = await newStore();
  return { store, subject: await newImage(store) };
}

async function write({ store, subject }: Place, changes: Partial<PromotionRecord> = {}, signer = ours) {
  return await writeRecord({
    store,
    subject,
    signer,
    record: { ...sampleRecord(subject.digest), ...changes },
  });
}

async function judge({ store, subject: { digest } }: Place) {
  const search = { store, digest, referrers: await store.referrers(digest), trust: trustIn(ours) };
  const isAccepted = async (policy: string) => policy !== OLD;
  return await judgeRecords(search, { environment: 'production', repositories: [REPOSITORY], isAccepted });
}

describe('judgeRecords', () => {
  it('takes ours, behind newer ones that do not count', async () => {
    const at = await place();
    const { digest } = await write(at);
    await write(at, { environmentsHash: OLD, planDigest: digestOf('later'), time: '2026-11-21T10:00:00Z' });
    await write(at, { time: '2026-11-22T10:00:00Z' }, other);
    expect(await judge(at)).toMatchObject({ kind: 'recorded', manifest: digest });
  });

  it.each<[string, string, (at: Place) => Promise<unknown>]>([
    ['nothing', 'no-record', async () => undefined],
    [
      'one of the environment before alone',
      'no-record',
      at => write(at, { environment: { from: 'build', to: 'dev' } }),
    ],
    [
      'one whose subject is another digest',
      'other-subject',
      at => write(at, { digest: digestOf('another image') }),
    ],
    ['one by another key', 'untrusted-signature', at => write(at, {}, other)],
    [
      'one of another repository',
      'other-repository',
      at => write(at, { target: { repository: 'r.example/x', tags: [] } }),
    ],
    [
      'one under a policy that does not count',
      'policy-not-accepted',
      at => write(at, { environmentsHash: OLD }),
    ],
  ])('refuses %s: %s', async (_, code, prepare) => {
    const at = await place();
    await prepare(at);
    expect(await judge(at)).toMatchObject({ kind: 'refused', code });
  });
});
