import { describe, expect, it } from 'vitest';
import { vulnerabilities } from '../../src/environments/gates/vulnerabilities.ts';
import { answerScans } from '../../src/gates/judge-vulnerabilities.ts';
import { readAttachedVex } from '../../src/images/attached-vex.ts';
import { readScannable, readScans } from '../../src/images/scans.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { inTotoStatement } from '../../src/signing/statement.ts';
import { COSIGN_VULN } from '../../src/vulnerabilities/attested.ts';
import { judgeScans } from '../../src/vulnerabilities/judge.ts';
import { attach, newImage, newStore } from '../signing/counted-store.ts';
import { newSigner, trustIn } from '../signing/keys.ts';
import { REPORTS } from '../vulnerabilities/reports.ts';
import { TIME, TRIVY_CRITICAL, trivyReport } from '../vulnerabilities/trivy-report.ts';

const SIGNERS = { scanner: await newSigner(), author: await newSigner(), mallory: await newSigner() };
const NOW = new Date('2026-11-21T09:00:00Z');

/** The digests that a trap may name; `other` is another image's. */
export interface Places {
  readonly index: Digest;
  readonly amd: Digest;
  readonly arm: Digest;
  readonly config: Digest;
  readonly other: Digest;
  readonly name: string;
}

type Gate = Parameters<typeof vulnerabilities.normalise>[0];

/** What is attached to an image of two platforms, and how its gate is written. */
export interface Trap {
  /** The report on the first platform; the second one has a clean report of Trivy. */
  readonly report?: (at: Places) => unknown;
  /** Trivy's vulnerabilities of the first platform, in place of a report. */
  readonly found?: readonly object[] | null;
  readonly by?: keyof typeof SIGNERS;
  /** The digest that the statement is about. */
  readonly about?: (at: Places) => Digest;
  /** Whether the second platform has no report. */
  readonly isAlone?: boolean;
  readonly gate?: Partial<Gate>;
  readonly vex?: readonly {
    readonly by: keyof typeof SIGNERS;
    readonly predicate: (at: Places) => unknown;
  }[];
}

/** The gate's verdict on an image with the trap: how many vulnerabilities close, and of how many. */
async function springTrap(trap: Trap) {
  const { by = 'scanner', found, about, report, isAlone = false, vex = [] } = trap;
  const store = await newStore();
  const index = await newImage(store);
  const [amd, arm] = (await readScannable(store, index.digest)).platforms;
  if (amd === undefined || arm === undefined) throw new Error('no platforms');
  const at: Places = {
    index: index.digest,
    amd: amd.digest,
    arm: arm.digest,
    config: amd.config,
    other: digestOf('another image'),
    name: store.name,
  };
  const write = async (
    signer: keyof typeof SIGNERS,
    to: Digest,
    predicateType: string,
    predicate: unknown,
    of = to,
  ) => {
    const manifest = await store.manifest(to);
    if (manifest === undefined) throw new Error('no manifest');
    const statement = inTotoStatement({ digest: of, predicateType, predicate });
    await attach(store, manifest.descriptor, { signer: SIGNERS[signer], statement });
  };
  const scan = (result: unknown) => ({
    scanner: { uri: 'https://scanner.example', result },
    metadata: { scanStartedOn: TIME, scanFinishedOn: TIME },
  });
  const first = report?.(at) ?? trivyReport({ manifest: at.amd, vulnerabilities: found ?? null });
  await write(by, at.amd, COSIGN_VULN, scan(first), about?.(at));
  const clean = trivyReport({ manifest: at.arm, architecture: 'arm64', vulnerabilities: null });
  if (!isAlone) await write('scanner', at.arm, COSIGN_VULN, scan(clean));
  for (const one of vex) await write(one.by, at.amd, 'https://openvex.dev/ns/v0.2.0', one.predicate(at));
  const gate = vulnerabilities.normalise({ max: 'medium', signers: { key: 'scanner.pub' }, ...trap.gate });
  const scans = await readScans(store, at.index, [trustIn(SIGNERS.scanner)]);
  const stated = await readAttachedVex(store, [at.amd, at.arm], [trustIn(SIGNERS.author)]);
  const all = { ...scans, vex: stated.vex, repositories: [store.name] };
  const data = { vex: [], exploited: new Set<string>(), probabilities: new Map<string, number>() };
  const verdict = answerScans('api', all, gate, { data, evidence: [], now: NOW, hint: 'scan it' });
  const { findings } = judgeScans('api', all, gate, data, NOW);
  return {
    kind: verdict.kind,
    counts: [findings.filter(({ isOver }) => isOver).length, findings.length],
    reason: verdict.reason,
  };
}

/** A trap, its verdict, how many vulnerabilities close the gate and of how many, and what the reason says. */
export type Row = readonly [
  trap: string,
  Trap,
  kind: 'open' | 'closed',
  counts: readonly [over: number, all: number],
  reason?: RegExp,
];

/** Tests that each trap has this verdict and count. */
export function describeTraps(groups: Readonly<Record<string, readonly Row[]>>): void {
  for (const [group, rows] of Object.entries(groups)) {
    describe(`a trap: ${group}`, () => {
      for (const [name, trap, kind, counts, reason = /./] of rows) {
        it(name, async () => {
          expect(await springTrap(trap)).toEqual({ kind, counts, reason: expect.stringMatching(reason) });
        });
      }
    });
  }
}

export const ID = TRIVY_CRITICAL.VulnerabilityID;

/** One vulnerability that closes, and one that is let through. */
export const FOUND = [
  TRIVY_CRITICAL,
  { ...TRIVY_CRITICAL, VulnerabilityID: 'CVE-2026-0002', PkgName: 'musl', Severity: 'MEDIUM' },
];

/** The small report of a format, with changes. */
export function reported(format: string, more: object = {}): Trap {
  return {
    report: ({ amd, config }) => ({ ...Object(REPORTS[format]?.({ manifest: amd, config })), ...more }),
  };
}

/** A report of Grype by SARIF. */
export function sarif(run: object): Trap {
  return { report: () => ({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Grype' } }, ...run }] }) };
}

/** A vulnerability by Grype: rated by the source of its matches, and by NVD. */
export function ratedByGrype(namespace: string, severity: string, other: string): Trap {
  const vulnerability = { id: ID, namespace, severity, fix: { versions: [], state: 'not-fixed' } };
  const relatedVulnerabilities = [{ id: ID, namespace: 'nvd:cpe', severity: other }];
  const artifact = { name: 'libssl3', version: '3.0.1' };
  return reported('grype', { matches: [{ vulnerability, relatedVulnerabilities, artifact }] });
}
