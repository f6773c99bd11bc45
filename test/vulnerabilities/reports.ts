import type { Digest } from '../../src/oci/digest.ts';

/** What reports are made of. */
export interface Scanned {
  readonly manifest: Digest;
  readonly config: Digest;
}

const TIME = '2026-11-20T10:00:00Z';

/**
 * One small report of each format, as its documentation has it: CVE-2026-0001, critical, with a fix, in libssl3 3.0.1,
 * and CVE-2026-0002, medium, without one, in musl 1.2.3.
 */
export const REPORTS: Readonly<Record<string, (scanned: Scanned) => unknown>> = {
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
  gitlab: () => ({
    version: '15.0.7',
    scan: {
      type: 'container_scanning',
      status: 'success',
      end_time: '2026-11-20T10:00:00',
      scanner: { id: 'trivy', name: 'Trivy' },
    },
    vulnerabilities: [
      gitlabEntry('CVE-2026-0001', 'Critical', 'libssl3', '3.0.1', 'Upgrade libssl3 to 3.0.2'),
      gitlabEntry('CVE-2026-0002', 'Medium', 'musl', '1.2.3', 'No solution provided'),
    ],
  }),
  harbor: ({ manifest }) => ({
    'application/vnd.security.vulnerability.report; version=1.1': {
      generated_at: TIME,
      scanner: { name: 'Trivy', vendor: 'Aqua Security', version: 'v0.50.0' },
      severity: 'Critical',
      vulnerabilities: [
        {
          id: 'CVE-2026-0001',
          package: 'libssl3',
          version: '3.0.1',
          fix_version: '3.0.2',
          severity: 'Critical',
          artifact_digests: [manifest],
        },
        {
          id: 'CVE-2026-0002',
          package: 'musl',
          version: '1.2.3',
          fix_version: '',
          severity: 'Medium',
          artifact_digests: [manifest],
        },
      ],
    },
  }),
  ecr: ({ manifest }) => ({
    imageId: { imageDigest: manifest, imageTag: '1.0.0' },
    imageScanStatus: { status: 'ACTIVE' },
    imageScanFindings: {
      imageScanCompletedAt: TIME,
      enhancedFindings: [
        {
          severity: 'CRITICAL',
          status: 'ACTIVE',
          fixAvailable: 'YES',
          packageVulnerabilityDetails: {
            vulnerabilityId: 'CVE-2026-0001',
            vulnerablePackages: [{ name: 'libssl3', version: '3.0.1', fixedInVersion: '3.0.2' }],
          },
        },
        {
          severity: 'MEDIUM',
          status: 'ACTIVE',
          fixAvailable: 'NO',
          packageVulnerabilityDetails: {
            vulnerabilityId: 'CVE-2026-0002',
            vulnerablePackages: [{ name: 'musl', version: '1.2.3', fixedInVersion: 'NotAvailable' }],
          },
        },
        {
          severity: 'CRITICAL',
          status: 'CLOSED',
          fixAvailable: 'YES',
          packageVulnerabilityDetails: { vulnerabilityId: 'CVE-2020-9999', vulnerablePackages: [] },
        },
      ],
    },
  }),
  'dependency-track': () => ({
    version: '1.2',
    meta: { application: 'Dependency-Track', version: '4.12.0', timestamp: TIME },
    project: { name: 'api', version: '1.0.0' },
    findings: [
      dependencyTrackEntry('CVE-2026-0001', 'CRITICAL', 'libssl3', '3.0.1'),
      dependencyTrackEntry('CVE-2026-0002', 'MEDIUM', 'musl', '1.2.3'),
      { ...dependencyTrackEntry('CVE-2020-9999', 'CRITICAL', 'old', '1'), analysis: { isSuppressed: true } },
    ],
  }),
  sonatype: () => ({
    components: [
      sonatypeEntry('CVE-2026-0001', 9.8, 'pkg:apk/alpine/libssl3@3.0.1'),
      sonatypeEntry('CVE-2026-0002', 5, 'pkg:apk/alpine/musl@1.2.3'),
    ],
    matchSummary: { totalComponentCount: 2, knownComponentCount: 2 },
  }),
  qualys: ({ config }) => ({
    sha: config.slice('sha256:'.length),
    imageId: config.slice('sha256:'.length, 'sha256:'.length + 12),
    scanStatus: 'SUCCESS',
    lastScanned: `${Date.parse(TIME)}`,
    vulnerabilities: [
      {
        qid: 1,
        severity: 5,
        cveids: ['CVE-2026-0001'],
        software: [{ name: 'libssl3', version: '3.0.1', fixVersion: '3.0.2' }],
      },
      {
        qid: 2,
        severity: 3,
        cveids: ['CVE-2026-0002'],
        software: [{ name: 'musl', version: '1.2.3', fixVersion: 'None' }],
      },
    ],
  }),
  cyclonedx: ({ manifest, config }) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: {
      timestamp: TIME,
      tools: { components: [{ type: 'application', name: 'trivy' }] },
      component: {
        type: 'container',
        name: 'api',
        purl: `pkg:oci/api@${encodeURIComponent(manifest)}?arch=amd64`,
        properties: [{ name: 'aquasecurity:trivy:ImageID', value: config }],
      },
    },
    components: [
      { 'bom-ref': 'os', type: 'operating-system', name: 'alpine', version: '3.18.0' },
      {
        'bom-ref': 'a',
        type: 'library',
        name: 'libssl3',
        version: '3.0.1',
        purl: 'pkg:apk/alpine/libssl3@3.0.1',
      },
      { 'bom-ref': 'b', type: 'library', name: 'musl', version: '1.2.3' },
    ],
    vulnerabilities: [
      {
        id: 'CVE-2026-0001',
        ratings: [{ source: { name: 'alpine' }, severity: 'critical' }],
        recommendation: 'Upgrade libssl3 to 3.0.2',
        affects: [{ ref: 'a' }],
      },
      {
        id: 'CVE-2026-0002',
        ratings: [{ source: { name: 'nvd' }, severity: 'medium' }],
        affects: [{ ref: 'b' }],
      },
    ],
  }),
  sarif: ({ manifest, config }) => ({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Trivy',
            rules: [
              { id: 'CVE-2026-0001', properties: { 'security-severity': '9.8', tags: ['CRITICAL'] } },
              { id: 'CVE-2026-0002', properties: { 'security-severity': '5.0', tags: ['MEDIUM'] } },
            ],
          },
        },
        results: [
          sarifEntry('CVE-2026-0001', 'libssl3', '3.0.1', '3.0.2'),
          sarifEntry('CVE-2026-0002', 'musl', '1.2.3', ''),
          { ...sarifEntry('CVE-2026-0002', 'old', '1', ''), suppressions: [{ kind: 'external' }] },
        ],
        invocations: [{ executionSuccessful: true, endTimeUtc: TIME }],
        properties: { repoDigests: [`ghcr.io/acme/api@${manifest}`], imageID: config },
      },
    ],
  }),
  'docker-scout': () => ({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'docker scout',
            rules: [
              scoutRule('CVE-2026-0001', '9.8', 'CRITICAL', 'pkg:apk/alpine/libssl3@3.0.1', '3.0.2'),
              scoutRule('CVE-2026-0002', '5.0', 'MEDIUM', 'pkg:apk/alpine/musl@1.2.3', 'not fixed'),
            ],
          },
        },
        results: [
          { ruleId: 'CVE-2026-0001', ruleIndex: 0, level: 'error' },
          { ruleId: 'CVE-2026-0002', ruleIndex: 1, level: 'warning' },
        ],
      },
    ],
  }),
  'in-toto': () => ({
    scanner: {
      uri: 'https://github.com/acme/scanner',
      version: '1',
      db: { lastUpdate: TIME },
      result: [
        { id: 'CVE-2026-0001', severity: [{ method: 'nvd', score: '9.8' }] },
        { vulnerability: { id: 'CVE-2026-0002' }, severity: [{ method: 'vendor', score: 'MEDIUM' }] },
      ],
    },
    metadata: { scanStartedOn: TIME, scanFinishedOn: TIME },
  }),
};

/** A vulnerability as Trivy writes it. */
export const TRIVY_CRITICAL = {
  VulnerabilityID: 'CVE-2026-0001',
  PkgName: 'libssl3',
  InstalledVersion: '3.0.1',
  FixedVersion: '3.0.2',
  Status: 'fixed',
  Severity: 'CRITICAL',
  SeveritySource: 'nvd',
};

const TRIVY_MEDIUM = {
  VulnerabilityID: 'CVE-2026-0002',
  PkgName: 'musl',
  InstalledVersion: '1.2.3',
  Status: 'affected',
  Severity: 'MEDIUM',
  SeveritySource: 'nvd',
};

/** Trivy's report on an image, with differences. */
export function trivyReport({
  manifest,
  config,
  created = TIME,
  architecture = 'amd64',
  vulnerabilities = [TRIVY_CRITICAL, TRIVY_MEDIUM],
  ...more
}: Partial<Scanned> & {
  readonly created?: string;
  readonly architecture?: string;
  readonly vulnerabilities?: readonly object[] | null;
  readonly Metadata?: object;
  readonly Results?: unknown;
}): Readonly<Record<string, unknown>> {
  return {
    SchemaVersion: 2,
    CreatedAt: created,
    ArtifactName: 'api:1.0.0',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'alpine', Name: '3.18.0' },
      ...(config === undefined ? {} : { ImageID: config }),
      ...(manifest === undefined ? {} : { RepoDigests: [`mirror.example/api@${manifest}`] }),
      ImageConfig: { architecture, os: 'linux' },
    },
    Results: [
      { Target: 'api (alpine 3.18.0)', Class: 'os-pkgs', Type: 'alpine', Vulnerabilities: vulnerabilities },
    ],
    ...more,
  };
}

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

function gitlabEntry(cve: string, severity: string, name: string, version: string, solution: string) {
  return {
    id: `${cve}-${name}`,
    severity,
    solution,
    identifiers: [{ type: 'cve', name: cve, value: cve }],
    location: {
      image: 'ghcr.io/acme/api:1.0.0',
      operating_system: 'alpine 3.18.0',
      dependency: { package: { name }, version },
    },
  };
}

function dependencyTrackEntry(vulnId: string, severity: string, name: string, version: string) {
  return {
    component: { name, version, purl: `pkg:apk/alpine/${name}@${version}` },
    vulnerability: { vulnId, source: 'NVD', severity, aliases: [{ cveId: vulnId }] },
    analysis: { isSuppressed: false },
  };
}

function sonatypeEntry(reference: string, severity: number, packageUrl: string) {
  const securityIssues = [{ source: 'cve', reference, severity, status: 'Open' }];
  return { packageUrl, displayName: packageUrl, securityData: { securityIssues } };
}

function sarifEntry(ruleId: string, name: string, version: string, fixed: string) {
  const text = `Package: ${name}\nInstalled Version: ${version}\nVulnerability ${ruleId}\nFixed Version: ${fixed}\nLink: x`;
  return { ruleId, level: 'error', message: { text } };
}

function scoutRule(id: string, score: string, tag: string, purl: string, fixed_version: string) {
  return { id, properties: { 'security-severity': score, tags: [tag], purls: [purl], fixed_version } };
}
