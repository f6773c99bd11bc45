import { type Scanned, TIME } from './trivy-report.ts';

/**
 * Small reports of platforms, and in common formats, as their documentation has them: CVE-2026-0001, critical, with a fix, in libssl3 3.0.1, and
 * CVE-2026-0002, medium, without one, in musl 1.2.3.
 */
export const OF_PLATFORMS: Readonly<Record<string, (scanned: Scanned) => unknown>> = {
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
