import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { judgeSummaries } from '../../src/records/judge.ts';
import {
  buildLevel,
  parseSummary,
  prepareSummary,
  type Summary,
  summaryStatement,
} from '../../src/records/summary.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';

const REPOSITORY = 'registry.example.com:5000/prod/api';
const OLD = digestOf('another policy');
const [ours, other] = [await newSigner(), await newSigner()];

function sample(digest: Summary['digest']): Summary {
  return {
    environment: 'production',
    repository: REPOSITORY,
    digest,
    planDigest: digestOf('plan'),
    kind: 'promotion',
    policy: digestOf('policy'),
    policyUri: `git+https://git.example.com/gitops@${'a'.repeat(40)}#production`,
    evidence: [digestOf('record')],
    levels: [buildLevel(3)],
    time: '2026-11-20T10:00:00.000Z',
  };
}

it('a verification summary is as SLSA has it', () => {
  const digest = digestOf('image');
  const hex = (of: string) => of.slice('sha256:'.length);
  const statement = summaryStatement(sample(digest));
  // https://slsa.dev/spec/v1.1/verification_summary#schema
  expect(statement).toMatchObject({
    subject: [{ digest: { sha256: hex(digest) } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'https://gitops-promote.dev/verifier/v1' },
      timeVerified: '2026-11-20T10:00:00.000Z',
      resourceUri: `pkg:oci/api@sha256%3A${hex(digest)}?repository_url=${REPOSITORY}`,
      policy: {
        uri: `git+https://git.example.com/gitops@${'a'.repeat(40)}#production`,
        digest: { sha256: hex(digestOf('policy')) },
      },
      inputAttestations: [{ digest: { sha256: hex(digestOf('record')) } }],
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
    },
  });
  expect(parseSummary(statement)).toEqual(sample(digest));
  expect(buildLevel(undefined)).toBe('SLSA_BUILD_LEVEL_UNEVALUATED');
});

it.each([
  ['failed', { verificationResult: 'FAILED' }],
  ['is by another verifier', { verifier: { id: 'https://example.com/verifier' } }],
  ['names another resource than the promotion', { resourceUri: 'pkg:oci/web' }],
  ['names no level', { verifiedLevels: [] }],
])('a summary that %s is none', (_, changes) => {
  const statement = summaryStatement(sample(digestOf('image')));
  const predicate = { ...(statement.predicate as object), ...changes };
  expect(parseSummary({ ...statement, predicate })).toBeUndefined();
});

describe('judgeSummaries', () => {
  async function place() {
    const store = await newStore();
    const subject = await newImage(store);
    const write = async (changes: Partial<Summary> = {}, signer = ours) => {
      const made = { ...sample(subject.digest), ...changes };
      const { content } = await prepareSummary(store, subject, signer, made);
      await store.putManifest(content);
      return content.descriptor.digest;
    };
    const judge = async () => {
      const { digest } = subject;
      const search = { store, digest, referrers: await store.referrers(digest), trust: trustIn(ours) };
      const isAccepted = async (policy: string) => policy !== OLD;
      return await judgeSummaries(search, {
        environment: 'production',
        repositories: [REPOSITORY],
        isAccepted,
      });
    };
    return { store, subject, write, judge };
  }

  it('takes ours, behind newer ones that do not count', async () => {
    const { write, judge } = await place();
    const manifest = await write();
    await write({ policy: OLD, planDigest: digestOf('later'), time: '2026-11-21T10:00:00Z' });
    await write({ time: '2026-11-22T10:00:00Z' }, other);
    expect(await judge()).toMatchObject({ kind: 'summarised', manifest });
  });

  it.each<[string, string, Partial<Summary>, typeof ours]>([
    ['of another environment', 'no-vsa', { environment: 'staging' }, ours],
    ['of another repository', 'other-repository', { repository: 'registry.example.com/x/api' }, ours],
    ['under another policy', 'policy-not-accepted', { policy: OLD }, ours],
    ['by another key', 'untrusted-signature', {}, other],
    ['about another digest', 'other-subject', { digest: digestOf('another image') }, ours],
  ])('refuses one %s: %s', async (_, code, changes, signer) => {
    const { write, judge } = await place();
    expect(await judge()).toMatchObject({ kind: 'refused', code: 'no-vsa' });
    await write(changes, signer);
    expect(await judge()).toMatchObject({ kind: 'refused', code });
  });

  it('is not misled by one that is renamed: what is signed decides', async () => {
    const { store, subject, judge } = await place();
    const statement = summaryStatement({ ...sample(subject.digest), environment: 'staging' });
    await attach(store, subject, { signer: ours, statement });
    expect(await judge()).toMatchObject({ code: 'no-vsa', detail: expect.stringContaining('staging') });
  });
});
