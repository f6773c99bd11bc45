import { type Scanned, TIME, trivyReport } from './trivy-report.ts';

/**
 * Small reports of scanners, as their documentation has them: CVE-2026-0001, critical, with a fix, in libssl3 3.0.1, and
 * CVE-2026-0002, medium, without one, in musl 1.2.3.
 */
export const OF_SCANNERS: Readonly<Record<string, (scanned: Scanned) => unknown>> = {
  trivy: ({ manifest, config }) => trivyReport({ manifest, config }),
  grype: ({ manifest, config }) => ({
    matches: [
      {
        vulnerability: {
          id: 'CVE-2026-0001',
          namespace: 'alpine:distro:alpine:3.18',
          severity: 'Critical',
          fix: { versions: ['3.0.2'], state: 'fixed' },
        },
        relatedVulnerabilities: [{ id: 'CVE-2026-0001', namespace: 'nvd:cpe', severity: 'Critical' }],
        artifact: { name: 'libssl3', version: '3.0.1', purl: 'pkg:apk/alpine/libssl3@3.0.1' },
      },
      {
        vulnerability: {
          id: 'GHSA-aaaa-bbbb-cccc',
          namespace: 'github:language:go',
          severity: 'Medium',
          fix: { versions: [], state: 'not-fixed' },
        },
        relatedVulnerabilities: [{ id: 'CVE-2026-0002', namespace: 'nvd:cpe', severity: 'Medium' }],
        artifact: { name: 'musl', version: '1.2.3' },
      },
    ],
    distro: { name: 'alpine', version: '3.18.0' },
    source: {
      type: 'image',
      target: {
        userInput: 'api',
        manifestDigest: manifest,
        imageID: config,
        architecture: 'amd64',
        os: 'linux',
      },
    },
    descriptor: { name: 'grype', version: '0.90.0', timestamp: TIME, db: { status: { valid: true } } },
  }),
  clair: ({ manifest }) => ({
    manifest_hash: manifest,
    packages: {
      1: { id: '1', name: 'libssl3', version: '3.0.1' },
      2: { id: '2', name: 'musl', version: '1.2.3' },
    },
    distributions: { 1: { did: 'alpine' } },
    vulnerabilities: {
      10: { id: '10', name: 'CVE-2026-0001', normalized_severity: 'Critical', fixed_in_version: '3.0.2' },
      11: { id: '11', name: 'CVE-2026-0002', normalized_severity: 'Medium', fixed_in_version: '' },
    },
    package_vulnerabilities: { 1: ['10'], 2: ['11'] },
  }),
  xray: () => [
    {
      scan_id: '1',
      component_id: 'docker://api:1.0.0',
      status: 'completed',
      vulnerabilities: [
        {
          issue_id: 'XRAY-1',
          severity: 'Critical',
          cves: [{ cve: 'CVE-2026-0001' }],
          components: { 'alpine://3.18:libssl3:3.0.1': { fixed_versions: ['[3.0.2]'] } },
        },
        {
          issue_id: 'XRAY-2',
          severity: 'Medium',
          cves: [{ cve: 'CVE-2026-0002', cvss_v3_score: '5.0' }],
          components: { 'alpine://3.18:musl:1.2.3': { fixed_versions: [] } },
        },
      ],
    },
  ],
  'xray-simple': () => ({
    vulnerabilities: [
      {
        issueId: 'XRAY-1',
        severity: 'Critical',
        impactedPackageName: 'libssl3',
        impactedPackageVersion: '3.0.1',
        fixedVersions: ['[3.0.2]'],
        cves: [{ id: 'CVE-2026-0001' }],
      },
      {
        issueId: 'XRAY-2',
        severity: 'Medium',
        impactedPackageName: 'musl',
        impactedPackageVersion: '1.2.3',
        fixedVersions: [],
        cves: [{ id: 'CVE-2026-0002' }],
      },
    ],
    securityViolations: null,
    errors: null,
  }),
  'xray-summary': ({ manifest }) => ({
    artifacts: [
      {
        general: { path: 'docker/api/1.0.0', sha256: manifest.slice('sha256:'.length) },
        issues: [
          {
            issue_id: 'XRAY-1',
            severity: 'Critical',
            cves: [{ cve: 'CVE-2026-0001' }],
            impact_path: ['docker/api/libssl3:3.0.1'],
          },
          {
            issue_id: 'XRAY-2',
            severity: 'Medium',
            cves: [{ cve: 'CVE-2026-0002' }],
            impact_path: ['docker/api/musl:1.2.3'],
          },
        ],
      },
    ],
  }),
  snyk: () => ({
    ok: false,
    path: 'docker-image|api:1.0.0',
    platform: 'linux/amd64',
    vulnerabilities: [
      snykEntry('SNYK-ALPINE318-OPENSSL-1', 'CVE-2026-0001', 'critical', 'libssl3', '3.0.1', ['3.0.2']),
      // Snyk has an entry for each path that leads to a package.
      snykEntry('SNYK-ALPINE318-OPENSSL-1', 'CVE-2026-0001', 'critical', 'libssl3', '3.0.1', ['3.0.2']),
      snykEntry('SNYK-ALPINE318-MUSL-2', 'CVE-2026-0002', 'medium', 'musl', '1.2.3', []),
    ],
  }),
};

function snykEntry(
  id: string,
  cve: string,
  severity: string,
  name: string,
  version: string,
  fixedIn: readonly string[],
) {
  return { id, identifiers: { CVE: [cve], CWE: ['CWE-787'] }, severity, packageName: name, version, fixedIn };
}
