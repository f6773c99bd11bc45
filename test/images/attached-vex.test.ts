import { describe, expect, it } from 'vitest';
import { readAttachedVex } from '../../src/images/attached-vex.ts';
import { readScannable } from '../../src/images/scans.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { judgeScans } from '../../src/vulnerabilities/judge.ts';
import { readDocument } from '../../src/vulnerabilities/read-report.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { TRIVY_CRITICAL, trivyReport } from '../vulnerabilities/trivy-report.ts';

const author = await newSigner();
const mallory = await newSigner();
const NOW = new Date('2026-11-21T09:00:00Z');
const OPENVEX = 'https://openvex.dev/ns/v0.2.0';

const openVex = (product: string, status = 'not_affected', timestamp = '2026-11-20T12:00:00Z') => ({
  '@context': OPENVEX,
  timestamp,
  statements: [
    {
      vulnerability: { name: TRIVY_CRITICAL.VulnerabilityID },
      products: [{ '@id': product }],
      status,
      justification: 'vulnerable_code_not_in_execute_path',
    },
  ],
});

async function place() {
  const store = await newStore();
  const index = await newImage(store);
  const image = await readScannable(store, index.digest);
  const [amd, arm] = image.platforms;
  if (amd === undefined || arm === undefined) throw new Error('no platforms');
  const write = async (
    predicate: unknown,
    { signer = author, predicateType = OPENVEX, subject = index.digest }: Partial<Written> = {},
  ) => {
    const statement = inTotoStatement({ digest: subject, predicateType, predicate });
    const manifest = await store.manifest(subject);
    if (manifest === undefined) throw new Error('no manifest');
    return await attach(store, manifest.descriptor, { signer, statement });
  };
  /** The identifiers that close, and what was not read. */
  const judge = async () => {
    const subjects = [index.digest, amd.digest, arm.digest];
    const { vex, unread } = await readAttachedVex(store, subjects, [trustIn(author)]);
    const reports = [amd, arm].map(({ digest }) => {
      const reading = readDocument(trivyReport({ manifest: digest, vulnerabilities: [TRIVY_CRITICAL] }));
      if (reading.kind !== 'report') throw new Error('no report');
      return { report: reading.report, platforms: [digest], evidence: digestOf('report'), by: 'a key' };
    });
    const scans = { image, reports, vex, unread: [], repositories: [store.name] };
    const data = { vex: [], exploited: new Set<string>(), probabilities: new Map<string, number>() };
    const { findings } = judgeScans('api', scans, POLICY, data, NOW);
    return [findings.filter(({ isOver }) => isOver).flatMap(one => one.in), unread] as const;
  };
  const named = (digest: Digest) => `${store.name}@${digest}`;
  return { store, index, amd, arm, write, judge, named };
}

interface Written {
  readonly signer: typeof author;
  readonly predicateType: string;
  readonly subject: Digest;
}

const POLICY = {
  max: 'medium',
  allowsUnknown: false,
  isFixableOnly: false,
  scanners: [],
  exceptions: [],
  deniesExploited: false,
} as const;

describe('VEX that is attached to an image', () => {
  it('takes findings away where an accepted author signed it', async () => {
    const { index, write, judge, named } = await place();
    await write(openVex(named(index.digest)));
    expect(await judge()).toEqual([[], []]);
  });

  it('of nobody who is accepted says nothing', async () => {
    const { index, amd, arm, write, judge, named } = await place();
    await write(openVex(named(index.digest)), { signer: mallory });
    expect(await judge()).toEqual([[amd.digest, arm.digest], []]);
  });

  it('counts for the platform that it is attached to, whatever it names', async () => {
    const { store, amd, arm, write, judge } = await place();
    await write(openVex(store.name), { subject: amd.digest });
    // It is one finding of both platforms, and covered only where it is in each.
    expect(await judge()).toEqual([[amd.digest, arm.digest], []]);
    await write(openVex(store.name), { subject: arm.digest });
    expect(await judge()).toEqual([[], []]);
  });

  it('counts by its newest statement', async () => {
    const { index, amd, arm, write, judge, named } = await place();
    await write(openVex(named(index.digest), 'affected', '2026-11-20T13:00:00Z'));
    await write(openVex(named(index.digest)));
    expect(await judge()).toEqual([[amd.digest, arm.digest], []]);
    await write(openVex(named(index.digest), 'fixed', '2026-11-20T14:00:00Z'));
    expect(await judge()).toEqual([[], []]);
  });

  it.each([
    ['as the text of a custom predicate', (document: unknown) => ({ Data: JSON.stringify(document) })],
    ['as the predicate of another type', (document: unknown) => document],
  ])('is read %s', async (_, wrap) => {
    const { index, write, judge, named } = await place();
    const predicateType = 'https://cosign.sigstore.dev/attestation/v1';
    await write(wrap(openVex(named(index.digest))), { predicateType });
    expect(await judge()).toEqual([[], []]);
  });

  it('that cannot be read is told', async () => {
    const { write, judge } = await place();
    await write({ '@context': 'something else' });
    expect((await judge())[1]).toEqual([expect.stringContaining('cannot be read')]);
  });
});
