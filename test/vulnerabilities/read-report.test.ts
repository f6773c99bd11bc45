import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { joinFindings } from '../../src/vulnerabilities/join.ts';
import { FORMATS, readReport } from '../../src/vulnerabilities/read-report.ts';
import type { Report } from '../../src/vulnerabilities/report.ts';
import { REPORTS } from './reports.ts';
import { TRIVY_CRITICAL, trivyReport } from './trivy-report.ts';

const MANIFEST = digestOf('manifest');
const CONFIG = digestOf('config');

/** Which digests a format names, and whether it says when it was made. */
const NAMES: Readonly<Record<string, readonly [digests: string, isDated: boolean]>> = {
  trivy: ['manifest config', true],
  grype: ['manifest config', true],
  clair: ['manifest', false],
  xray: ['', false],
  'xray-simple': ['', false],
  'xray-summary': ['manifest', false],
  snyk: ['', false],
  gitlab: ['', true],
  harbor: ['manifest', true],
  ecr: ['manifest', true],
  'dependency-track': ['', true],
  sonatype: ['', false],
  qualys: ['config', true],
  cyclonedx: ['manifest config', true],
  sarif: ['manifest config', true],
  'docker-scout': ['', false],
  'in-toto': ['', true],
};

/** What is said of the vulnerability without a fix. */
const SILENT_ABOUT_FIXES = ['xray-summary', 'gitlab', 'dependency-track', 'sonatype', 'cyclonedx', 'in-toto'];

function reportOf(document: unknown): Report {
  const reading = readReport(JSON.stringify(document));
  if (reading.kind !== 'report') throw new Error(JSON.stringify(reading));
  return reading.report;
}

describe('a scan report', () => {
  it.each(Object.entries(REPORTS))('of %s is recognised, and counts what it found', (name, write) => {
    const report = reportOf(write({ manifest: MANIFEST, config: CONFIG }));
    const found = joinFindings(report.findings);
    expect(
      found.map(({ id, rating, package: { name, version } }) => [id, rating.severity, name, version]),
    ).toEqual(
      name === 'in-toto'
        ? [
            ['CVE-2026-0001', 'critical', '', ''],
            ['CVE-2026-0002', 'medium', '', ''],
          ]
        : [
            ['CVE-2026-0001', 'critical', 'libssl3', '3.0.1'],
            ['CVE-2026-0002', 'medium', 'musl', '1.2.3'],
          ],
    );
    expect(report.flaw).toBeUndefined();
    const [digests, isDated] = NAMES[name] ?? [];
    expect(report.digests.map(({ kind }) => kind).join(' ')).toBe(digests);
    for (const { kind, digest } of report.digests) expect(digest).toBe(kind === 'config' ? CONFIG : MANIFEST);
    expect(report.time?.toISOString()).toBe(isDated ? '2026-11-20T10:00:00.000Z' : undefined);
    const isSilent = SILENT_ABOUT_FIXES.includes(name);
    expect(found[1]?.fix).toBe(isSilent ? 'unknown' : 'no');
  });

  it('is of one format alone', () => {
    for (const write of Object.values(REPORTS)) {
      const document = write({ manifest: MANIFEST, config: CONFIG });
      const readings = FORMATS.map(({ read }) => read(document)).filter(
        ({ kind }) => kind !== 'unrecognised',
      );
      expect(readings).toHaveLength(1);
    }
  });

  it('names the scanner, whoever wrote the format', () => {
    const scanners = Object.entries(REPORTS).map(([name, write]) => {
      return [name, reportOf(write({ manifest: MANIFEST, config: CONFIG })).scanner];
    });
    expect(Object.fromEntries(scanners)).toMatchObject({
      gitlab: 'trivy',
      harbor: 'trivy',
      cyclonedx: 'trivy',
      sarif: 'trivy',
      'docker-scout': 'docker-scout',
      'in-toto': 'scanner',
      'xray-simple': 'xray',
    });
  });
});

const grype = () => REPORTS.grype?.({ manifest: MANIFEST, config: CONFIG }) as Record<string, unknown>;
function severityIn(found: object): unknown {
  const vulnerabilities = [{ ...TRIVY_CRITICAL, ...found }];
  return reportOf(trivyReport({ vulnerabilities })).findings[0]?.rating.severity;
}

describe('severity', () => {
  it("is the distribution's where it gives one, else the highest given", () => {
    const VendorSeverity = { nvd: 4, ubuntu: 1 };
    expect(severityIn({ Severity: 'LOW', SeveritySource: 'ubuntu', VendorSeverity })).toBe('low');
    expect(
      severityIn({ Severity: 'MEDIUM', SeveritySource: 'nvd', VendorSeverity: { nvd: 2, redhat: 3 } }),
    ).toBe('high');
    expect(severityIn({ Severity: 'UNKNOWN', SeveritySource: 'debian', VendorSeverity: { nvd: 3 } })).toBe(
      'high',
    );
    expect(severityIn({ Severity: 'UNKNOWN' })).toBe('unknown');
    const [, second] = (grype().matches ?? []) as readonly { vulnerability: object }[];
    const rated = (namespace: string, severity: string, other: string) => {
      const vulnerability = { ...second?.vulnerability, namespace, severity };
      const related = [{ id: 'CVE-2026-0002', namespace: 'nvd:cpe', severity: other }];
      const matches = [{ ...second, vulnerability, relatedVulnerabilities: related }];
      return reportOf({ ...grype(), matches }).findings[0]?.rating.severity;
    };
    expect(rated('debian:distro:debian:12', 'Negligible', 'Critical')).toBe('negligible');
    expect(rated('github:language:go', 'Low', 'Critical')).toBe('critical');
  });
});

describe('one vulnerability', () => {
  it('in two layers, or by its alias, counts once', () => {
    const twice = [TRIVY_CRITICAL, { ...TRIVY_CRITICAL, Layer: { DiffID: 'sha256:other' } }];
    expect(joinFindings(reportOf(trivyReport({ vulnerabilities: twice })).findings)).toHaveLength(1);
    const byAlias = [
      { ...TRIVY_CRITICAL, VulnerabilityID: 'GHSA-aaaa-bbbb-cccc' },
      { ...TRIVY_CRITICAL, VendorIDs: ['GHSA-aaaa-bbbb-cccc'] },
    ];
    const [joined, ...others] = joinFindings(reportOf(trivyReport({ vulnerabilities: byAlias })).findings);
    expect([joined?.id, joined?.aliases, others]).toEqual(['CVE-2026-0001', ['GHSA-aaaa-bbbb-cccc'], []]);
    const elsewhere = [TRIVY_CRITICAL, { ...TRIVY_CRITICAL, PkgName: 'libcrypto3' }];
    expect(joinFindings(reportOf(trivyReport({ vulnerabilities: elsewhere })).findings)).toHaveLength(2);
  });

  it('is not another one that the same advisory is about', () => {
    const VendorIDs = ['DSA-1234-1'];
    const two = [
      { ...TRIVY_CRITICAL, VendorIDs },
      { ...TRIVY_CRITICAL, VendorIDs, VulnerabilityID: 'CVE-2026-0009' },
    ];
    const found = joinFindings(reportOf(trivyReport({ vulnerabilities: two })).findings);
    expect(found.map(({ id, advisories }) => [id, advisories])).toEqual([
      ['CVE-2026-0001', VendorIDs],
      ['CVE-2026-0009', VendorIDs],
    ]);
    const clair = REPORTS.clair?.({ manifest: MANIFEST, config: CONFIG }) as Record<string, unknown>;
    const links = 'https://x/CVE-2026-0001 https://x/CVE-2026-0009';
    const vulnerabilities = { 10: { name: 'RHSA-2026:1', normalized_severity: 'High', links } };
    const report = reportOf({ ...clair, vulnerabilities, package_vulnerabilities: { 1: ['10'] } });
    expect(report.findings.map(({ id, advisories }) => [id, advisories])).toEqual([
      ['CVE-2026-0001', ['RHSA-2026:1']],
      ['CVE-2026-0009', ['RHSA-2026:1']],
    ]);
  });

  it('that was taken back says so', () => {
    const isWithdrawn = (more: object) =>
      reportOf(trivyReport({ vulnerabilities: [{ ...TRIVY_CRITICAL, ...more }] })).findings[0]?.isWithdrawn;
    expect(isWithdrawn({ Description: 'Rejected reason: a duplicate' })).toBe(true);
    expect(isWithdrawn({ Description: '** REJECT ** DO NOT USE' })).toBe(true);
    expect(isWithdrawn({ Title: 'Withdrawn Advisory: nothing' })).toBe(true);
    expect(isWithdrawn({ Description: 'Requests are rejected' })).toBe(false);
  });
});
