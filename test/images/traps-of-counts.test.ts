import { TRIVY_CRITICAL } from '../vulnerabilities/trivy-report.ts';
import { describeTraps, ID, ratedByGrype, reported } from './trapped-image.ts';

const EXCEPTION = { id: ID, until: '2026-12-31', reason: 'not reachable', owner: 'api-team' };
const GHSA = 'GHSA-aaaa-bbbb-cccc';

/** How many vulnerabilities there are, and how severe each is. */
describeTraps({
  'one vulnerability that looks like several, or several that look like one': [
    [
      'found in two layers',
      { found: [TRIVY_CRITICAL, { ...TRIVY_CRITICAL, Layer: { DiffID: 'sha256:1' } }] },
      'closed',
      [1, 1],
      /^1 critical,/,
    ],
    [
      'found by its GHSA and by its CVE',
      {
        found: [
          { ...TRIVY_CRITICAL, VulnerabilityID: GHSA },
          { ...TRIVY_CRITICAL, VendorIDs: [GHSA] },
        ],
      },
      'closed',
      [1, 1],
      /^1 critical,.*CVE-2026-0001/,
    ],
    [
      'by its GHSA, with an exception for its CVE',
      { ...ratedByGrype('github:language:go', 'Critical', 'Critical'), gate: { except: [EXCEPTION] } },
      'open',
      [0, 1],
    ],
    ['an entry for each path, as Snyk has it', reported('snyk'), 'closed', [1, 2], /^1 critical,/],
    [
      'two of one advisory',
      {
        found: [
          { ...TRIVY_CRITICAL, VendorIDs: ['DSA-1-1'] },
          { ...TRIVY_CRITICAL, VulnerabilityID: 'CVE-2026-0009', VendorIDs: ['DSA-1-1'] },
        ],
      },
      'closed',
      [2, 2],
      /^2 critical,/,
    ],
    [
      'in two packages',
      { found: [TRIVY_CRITICAL, { ...TRIVY_CRITICAL, PkgName: 'libcrypto3' }] },
      'closed',
      [2, 2],
      /^2 critical,/,
    ],
  ],
  severity: [
    [
      'unknown, where at most critical passes',
      { found: [{ ...TRIVY_CRITICAL, Severity: 'UNKNOWN' }], gate: { max: 'critical' } },
      'closed',
      [1, 1],
      /^1 of unknown severity,/,
    ],
    [
      'unknown, and allowed',
      { found: [{ ...TRIVY_CRITICAL, Severity: 'UNKNOWN' }], gate: { unknown: 'allow' } },
      'open',
      [0, 1],
    ],
    [
      'low by the distribution, critical by NVD',
      ratedByGrype('debian:distro:debian:12', 'Low', 'Critical'),
      'open',
      [0, 1],
      /1 low/,
    ],
    [
      'low by GitHub, critical by NVD',
      ratedByGrype('github:language:go', 'Low', 'Critical'),
      'closed',
      [1, 1],
      /^1 critical,/,
    ],
    [
      'high by the vendor, medium by NVD',
      { found: [{ ...TRIVY_CRITICAL, Severity: 'MEDIUM', VendorSeverity: { nvd: 2, redhat: 3 } }] },
      'closed',
      [1, 1],
      /^1 high,/,
    ],
    [
      'a CVSS of 0 in a report of Sonatype',
      reported('sonatype', {
        components: [
          {
            packageUrl: 'pkg:apk/alpine/a@1',
            securityData: { securityIssues: [{ reference: ID, severity: 0 }] },
          },
        ],
      }),
      'closed',
      [1, 1],
      /^1 of unknown severity,/,
    ],
  ],
});
