import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { comparisonRow } from '../../src/reports/scan-comparison.ts';
import { compareScans } from '../../src/vulnerabilities/compare-scans.ts';
import { readDocument } from '../../src/vulnerabilities/read-report.ts';
import { TRIVY_CRITICAL, trivyReport } from './trivy-report.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
const POLICY = { scanners: [], isFixableOnly: false };
const DIGEST = digestOf('image');

const found = (id: string, more: object = {}) => ({ ...TRIVY_CRITICAL, VulnerabilityID: id, ...more });

function scans(
  vulnerabilities: readonly object[],
  more: { unread?: readonly string[]; none?: boolean } = {},
) {
  const reading = readDocument(trivyReport({ manifest: DIGEST, vulnerabilities }));
  if (reading.kind !== 'report') throw new Error('no report');
  const placed = { report: reading.report, platforms: [DIGEST], evidence: digestOf('report'), by: 'a key' };
  const image = { digest: DIGEST, platforms: [{ digest: DIGEST, config: digestOf('config') }] };
  return { image, reports: more.none ? [] : [placed], unread: more.unread ?? [] };
}

function row(before: ReturnType<typeof scans>, after: ReturnType<typeof scans>): string {
  // As Markdown shows it.
  return comparisonRow('api', compareScans(before, after, POLICY, NOW)).replaceAll('\\', '');
}

describe('what an image makes better and worse', () => {
  it('is told by what is gone, new and still there, the gravest first', () => {
    const before = scans([found('CVE-1'), found('CVE-2', { Severity: 'LOW' }), found('CVE-3')]);
    const after = scans([found('CVE-3'), found('CVE-4', { Severity: 'HIGH' }), found('CVE-5')]);
    expect(row(before, after)).toBe(
      '- api: 2 gone, 2 new, 1 still there; new: CVE-5 (critical, libssl3), CVE-4 (high, libssl3); gone: CVE-1 (critical, libssl3), CVE-2 (low, libssl3)',
    );
  });

  it('is the same vulnerability in another version of its package, or by another name', () => {
    const before = scans([found('CVE-1', { VendorIDs: [] })]);
    expect(row(before, scans([found('CVE-1', { InstalledVersion: '9.9.9' })]))).toContain(
      '0 gone, 0 new, 1 still there',
    );
    expect(row(before, scans([found('CVE-1', { PkgName: 'curl' })]))).toContain('1 gone, 1 new');
  });

  it('names few, and counts the rest', () => {
    const many = Array.from({ length: 8 }, (_, index) => found(`CVE-${index}`));
    expect(row(scans([]), scans(many))).toMatch(/new: CVE-0 .*, 3 more$/);
  });

  it.each([
    ['the pinned image: no report that counts', scans([], { none: true }), scans([])],
    ['the proposed image: no report that counts', scans([]), scans([], { none: true })],
    [
      'the proposed image: a report cannot be read',
      scans([]),
      scans([], { unread: ['a report cannot be read'] }),
    ],
  ])('is not known where %s', (why, before, after) => {
    expect(row(before, after)).toBe(`- api: not compared: ${why}`);
  });
});
