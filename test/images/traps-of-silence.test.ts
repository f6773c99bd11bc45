import { TRIVY_CRITICAL, trivyReport } from '../vulnerabilities/trivy-report.ts';
import { describeTraps, FOUND, ID, reported, sarif, type Trap } from './trapped-image.ts';

const harborOf = (vulnerabilities: unknown): Trap => ({
  report: () => ({
    'application/vnd.security.vulnerability.report; version=1.1': {
      generated_at: '2026-11-20T10:00:00Z',
      vulnerabilities,
    },
  }),
});

/** What reports do not find, and what was taken back. */
describeTraps({
  'nothing that is not none': [
    [
      'Results null',
      { report: ({ amd }) => trivyReport({ manifest: amd, Results: null }) },
      'closed',
      [0, 0],
      /no results/,
    ],
    ['Results without vulnerabilities', { found: null }, 'open', [0, 0], /^none above medium by trivy/],
    [
      'a system out of support',
      {
        report: ({ amd }) =>
          trivyReport({
            manifest: amd,
            vulnerabilities: [],
            Metadata: { RepoDigests: [`x@${amd}`], OS: { Family: 'alpine', EOSL: true } },
          }),
      },
      'closed',
      [0, 0],
      /support/,
    ],
    [
      'an unknown system',
      reported('grype', { matches: [], distro: {} }),
      'closed',
      [0, 0],
      /operating system is unknown/,
    ],
    [
      "Grype's system out of support",
      reported('grype', { matches: [], alertsByPackage: [{ alerts: [{ type: 'distro-eol' }] }] }),
      'closed',
      [0, 0],
      /support/,
    ],
    ['Harbor, null', harborOf(null), 'closed', [0, 0], /null/],
    ['Harbor, an empty list', harborOf([]), 'open', [0, 0]],
    ['Dependency-Track, null', reported('dependency-track', { findings: null }), 'closed', [0, 0], /null/],
    ['Amazon ECR, no list', reported('ecr', { imageScanFindings: {} }), 'closed', [0, 0], /no findings/],
    [
      'Amazon ECR, a scan that failed',
      reported('ecr', { imageScanStatus: { status: 'FAILED' } }),
      'closed',
      [1, 2],
      /FAILED/,
    ],
    [
      'Amazon ECR, an image that it does not scan',
      reported('ecr', {
        imageScanStatus: { status: 'UNSUPPORTED_IMAGE' },
        imageScanFindings: { findings: [] },
      }),
      'closed',
      [0, 0],
      /UNSUPPORTED_IMAGE/,
    ],
    ['SARIF without results', sarif({}), 'closed', [0, 0], /no results/],
    ['SARIF with an empty list', sarif({ results: [] }), 'open', [0, 0]],
    [
      'SARIF of a failed start',
      sarif({ results: [], invocations: [{ executionSuccessful: false }] }),
      'closed',
      [0, 0],
      /failed/,
    ],
    [
      'Snyk, nothing and not ok',
      { report: () => ({ ok: false, vulnerabilities: [] }) },
      'closed',
      [0, 0],
      /not ok/,
    ],
    [
      'only what has a fix',
      reported('grype', {
        matches: [],
        descriptor: {
          name: 'grype',
          timestamp: '2026-11-20T10:00:00Z',
          configuration: { 'only-fixed': true },
        },
      }),
      'closed',
      [0, 0],
      /left out what has no fix/,
    ],
    [
      'a finished scan of a time to come',
      {
        report: ({ amd }) =>
          trivyReport({ manifest: amd, vulnerabilities: [], created: '2026-11-22T10:00:00Z' }),
      },
      'closed',
      [0, 0],
      /no report that counts/,
    ],
  ],
  'what was taken back': [
    [
      'a rejected CVE',
      { found: [{ ...TRIVY_CRITICAL, Description: 'Rejected reason: a duplicate' }] },
      'open',
      [0, 0],
    ],
    [
      'a withdrawn advisory',
      { found: [{ ...TRIVY_CRITICAL, Title: 'Withdrawn Advisory: nothing' }, ...FOUND.slice(1)] },
      'open',
      [0, 1],
    ],
    [
      'a suppressed result',
      sarif({
        results: [{ ruleId: ID, level: 'error', suppressions: [{ kind: 'external', status: 'accepted' }] }],
      }),
      'open',
      [0, 0],
    ],
    [
      'a result whose suppression is under review',
      sarif({
        results: [
          { ruleId: ID, level: 'error', suppressions: [{ kind: 'external', status: 'underReview' }] },
        ],
      }),
      'closed',
      [1, 1],
      /^1 critical,/,
    ],
  ],
});
