import { vulnerabilities } from '../../src/environments/gates/vulnerabilities.ts';
import type { ScanData } from '../../src/gates/facts.ts';
import { answerScans } from '../../src/gates/judge-vulnerabilities.ts';
import { vulnerabilitiesGate } from '../../src/gates/vulnerabilities.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { ImageScans } from '../../src/vulnerabilities/judge.ts';
import { readDocument } from '../../src/vulnerabilities/read-report.ts';
import { candidate, environment } from '../fixtures/candidates.ts';
import { TRIVY_CRITICAL, trivyReport } from '../vulnerabilities/trivy-report.ts';
import { NOTHING } from './no-facts.ts';

/** The gate as the environments file has it. */
export type Written = Parameters<typeof vulnerabilities.normalise>[0];

const SIGNERS = { key: 'scanner.pub' };
/** A gate that lets through what is at most medium. */
export const CRITICAL: Written = { max: 'medium', signers: SIGNERS };
export const DIGEST = candidate('api').digest;
export const EVIDENCE = digestOf('a report');
export const ID = 'CVE-2026-0001';

/** An image's scans: one report of Trivy with these vulnerabilities. */
export function scans(
  found: readonly object[] | null = [TRIVY_CRITICAL],
  { created, ...more }: { created?: string } & Partial<ImageScans> = {},
): ImageScans {
  const document = trivyReport({
    manifest: DIGEST,
    vulnerabilities: found,
    ...(created === undefined ? {} : { created }),
  });
  const reading = readDocument(document);
  if (reading.kind !== 'report') throw new Error(JSON.stringify(reading));
  const image = { digest: DIGEST, platforms: [{ digest: DIGEST, config: digestOf('config') }] };
  const placed = { report: reading.report, platforms: [DIGEST], evidence: EVIDENCE, by: 'key 0123' };
  return {
    image,
    reports: [placed],
    unread: [],
    repositories: [candidate('api').source.repository],
    ...more,
  };
}

/** The verdict of the gate, written so, on an image with these scans. */
export function judge(
  written: Written | undefined,
  found: ImageScans | undefined = scans(),
  scanData: ScanData = known({}),
  now = NOTHING.now,
) {
  const gate = written && vulnerabilities.normalise(written);
  const gates = { vulnerabilities: gate };
  const isJudged = gate !== undefined && found !== undefined && scanData.kind === 'read';
  const scans = isJudged
    ? [['api', answerScans('api', found, gate, { ...scanData, now, hint: 'scan it' })] as const]
    : [];
  const facts = { ...NOTHING, now, scanData, scans: new Map(scans) };
  return vulnerabilitiesGate.judge(candidate('api'), facts, environment({ gates }));
}

/** The lists beside the reports. */
export function known(more: Partial<Extract<ScanData, { kind: 'read' }>['data']>): ScanData {
  const nothing = { vex: [], exploited: new Set<string>(), probabilities: new Map<string, number>() };
  const evidence = Object.keys(more).length === 0 ? [] : [digestOf('a list')];
  return { kind: 'read', evidence, data: { ...nothing, ...more } };
}
