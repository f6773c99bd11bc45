import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { comparisonRow } from '../../src/reports/scan-comparison.ts';
import { compareScans } from '../../src/vulnerabilities/compare-scans.ts';
import { readDocument } from '../../src/vulnerabilities/read-report.ts';
import { REPORTS } from './reports.ts';
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

  it.each(Object.entries(REPORTS))(
    'is told by reports of %s, alone or against those of another',
    (_, write) => {
      const reading = readDocument(write({ manifest: DIGEST, config: digestOf('config') }));
      if (reading.kind !== 'report') throw new Error('no report');
      // A format without a time has that of its signature.
      const report = { ...reading.report, time: reading.report.time ?? new Date('2026-11-20T10:00:00Z') };
      const [placed] = scans([]).reports;
      const own = { ...scans([]), reports: placed === undefined ? [] : [{ ...placed, report }] };
      const trivy = scans([found('CVE-2026-0001'), found('CVE-2026-0009', { PkgName: 'curl' })]);
      expect(row(own, own)).toBe('- api: 0 gone, 0 new, 2 still there');
      expect(row(scans([]), own)).toMatch(
        /^- api: 0 gone, 2 new, 0 still there; new: CVE-2026-0001 \(critical.*\), CVE-2026-0002 \(medium.*\)$/,
      );
      expect(row(own, scans([]))).toMatch(/^- api: 2 gone, 0 new, 0 still there; gone: CVE-2026-0001/);
      expect(row(own, trivy)).toMatch(
        /1 gone, 1 new, 1 still there; new: CVE-2026-0009.*; gone: CVE-2026-0002/,
      );
    },
  );

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
