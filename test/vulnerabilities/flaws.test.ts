import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { readDocument, readReport } from '../../src/vulnerabilities/read-report.ts';
import type { Report } from '../../src/vulnerabilities/report.ts';
import { REPORTS } from './reports.ts';
import { trivyReport } from './trivy-report.ts';

const MANIFEST = digestOf('manifest');
const CONFIG = digestOf('config');

function reportOf(document: unknown): Report {
  const reading = readReport(JSON.stringify(document));
  if (reading.kind !== 'report') throw new Error(JSON.stringify(reading));
  return reading.report;
}

const grype = () => REPORTS.grype?.({ manifest: MANIFEST, config: CONFIG }) as Record<string, unknown>;
const harborOf = (vulnerabilities: unknown) => ({
  'application/vnd.security.vulnerability.report; version=1.1': { generated_at: 'x', vulnerabilities },
});
const gitlab = (more: object) => ({ scan: { type: 'container_scanning', status: 'success' }, ...more });
const run = (more: object) => ({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'Grype' } }, ...more }],
});

describe('what does not show that nothing is there', () => {
  it.each<[string, unknown, RegExp | undefined]>([
    ['Trivy: clean', trivyReport({ vulnerabilities: null }), undefined],
    ['Trivy: Results null', trivyReport({ Results: null }), /no results/],
    ['Trivy: Results empty', trivyReport({ Results: [] }), /no results/],
    ['Trivy: an unknown system', trivyReport({ Metadata: {} }), /unknown/],
    [
      'Trivy: a system out of support',
      trivyReport({ Metadata: { OS: { Family: 'alpine', EOSL: true } } }),
      /support/,
    ],
    ['Trivy: applications only', trivyReport({ Results: [{ Class: 'lang-pkgs' }] }), /not scanned/],
    ['Trivy: of a directory', { ...trivyReport({}), ArtifactType: 'filesystem' }, /filesystem/],
    ['Grype: clean', { ...grype(), matches: [] }, undefined],
    ['Grype: matches null', { ...grype(), matches: null }, /null/],
    ['Grype: an unknown system', { ...grype(), distro: { name: '' } }, /unknown/],
    [
      'Grype: a system out of support',
      { ...grype(), alertsByPackage: [{ alerts: [{ type: 'distro-eol' }] }] },
      /support/,
    ],
    [
      'Grype: an old database',
      { ...grype(), descriptor: { name: 'grype', db: { status: { valid: false } } } },
      /database/,
    ],
    ['Clair: no packages', { manifest_hash: MANIFEST, package_vulnerabilities: {} }, /no packages/],
    [
      'Clair: an unknown system',
      { manifest_hash: MANIFEST, packages: { 1: { name: 'a' } }, package_vulnerabilities: {} },
      /unknown/,
    ],
    ['Xray: not completed', [{ scan_id: '1', status: 'failed' }], /not completed/],
    ['Xray: with errors', { securityViolations: [], vulnerabilities: [], errors: [{}] }, /errors/],
    ['Snyk: failed', { ok: false, error: 'no such image' }, /failed/],
    ['Snyk: nothing, and not ok', { ok: false, vulnerabilities: [] }, /not ok/],
    ['Snyk: a part was left out', { ok: true, vulnerabilities: [], severityThreshold: 'high' }, /below high/],
    ['Snyk: nothing was left out', { ok: true, vulnerabilities: [], severityThreshold: 'low' }, undefined],
    ['Snyk: clean', { ok: true, vulnerabilities: [] }, undefined],
    [
      'GitLab: failed',
      { scan: { type: 'container_scanning', status: 'failure' }, vulnerabilities: [] },
      /failure/,
    ],
    ['GitLab: null', gitlab({ vulnerabilities: null }), /null/],
    ['GitLab: clean', gitlab({ vulnerabilities: [] }), undefined],
    ['Harbor: null', harborOf(null), /null/],
    ['Harbor: clean', harborOf([]), undefined],
    [
      'ECR: unsupported',
      { imageScanStatus: { status: 'UNSUPPORTED_IMAGE' }, imageScanFindings: { findings: [] } },
      /UNSUPPORTED/,
    ],
    ['ECR: no list', { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: {} }, /no findings/],
    [
      'ECR: clean',
      { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [] } },
      undefined,
    ],
    ...['nextToken', 'NextToken'].map((token): [string, unknown, RegExp] => [
      `ECR: a page with ${token}`,
      { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [] }, [token]: 'a' },
      /one page/,
    ]),
    [
      'Dependency-Track: null',
      { meta: { application: 'Dependency-Track' }, project: {}, findings: null },
      /null/,
    ],
    ['Sonatype: nothing', { components: [], matchSummary: { totalComponentCount: 0 } }, /no components/],
    ['Qualys: failed', { imageId: 'a', scanStatus: 'FAILED', vulnerabilities: [] }, /FAILED/],
    ['CycloneDX: null', { bomFormat: 'CycloneDX', vulnerabilities: null }, /null/],
    ['CycloneDX: no components', { bomFormat: 'CycloneDX', vulnerabilities: [] }, /no components/],
    [
      'CycloneDX: an unknown system',
      { bomFormat: 'CycloneDX', components: [{ type: 'library' }], vulnerabilities: [] },
      /unknown/,
    ],
    ['SARIF: no results', run({}), /no results/],
    ['SARIF: failed', run({ results: [], invocations: [{ executionSuccessful: false }] }), /failed/],
    ['SARIF: clean', run({ results: [] }), undefined],
    ['in-toto: null', { scanner: { result: null } }, /null/],
    ['in-toto: clean', { scanner: { result: [] } }, undefined],
  ])('%s', (_, document, flaw) => {
    const report = reportOf(document);
    expect(report.findings).toHaveLength(report.flaw === undefined ? 0 : report.findings.length);
    if (flaw === undefined) expect(report.flaw).toBeUndefined();
    else expect(report.flaw).toMatch(flaw);
  });

  it('is told where a document only looks like a report', () => {
    expect(readReport('{"SchemaVersion":2,"ArtifactType":7}')).toMatchObject({ kind: 'refused' });
    expect(readReport('no JSON')).toMatchObject({ kind: 'refused' });
    expect(readReport('{"hello":"world"}')).toEqual({ kind: 'unrecognised' });
    expect(readDocument(null)).toEqual({ kind: 'unrecognised' });
    expect(readReport('[]')).toEqual({ kind: 'unrecognised' });
  });

  it('is read however deep it is, and not if it is too large', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(readReport(`{"SchemaVersion":2,"ArtifactType":"container_image","more":${deep}}`)).toMatchObject({
      kind: 'report',
    });
    expect(readReport(`"${'a'.repeat(33 * 1024 * 1024)}"`)).toMatchObject({ kind: 'refused' });
    const many = Array.from({ length: 50_001 }, (_, index) => ({ VulnerabilityID: `CVE-2026-${index}` }));
    expect(readReport(JSON.stringify(trivyReport({ vulnerabilities: many })))).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('what a report does not say', () => {
  it.each<[string, string]>([
    ['unknown', 'unknown'],
    ['', 'unknown'],
    ['not-fixed', 'no'],
    ['wont-fix', 'no'],
  ])('is no fix that is known to be absent: %j of Grype', (state, fix) => {
    const vulnerability = { id: 'CVE-2026-0001', severity: 'High', fix: { versions: [], state } };
    const matches = [{ vulnerability, relatedVulnerabilities: [], artifact: { name: 'a', version: '1' } }];
    expect(reportOf({ ...grype(), matches }).findings).toMatchObject([{ fix }]);
  });

  it('is no fix that is known to be absent: an entry of Qualys without its software', () => {
    const vulnerabilities = [{ qid: 1, severity: 5, cveids: ['CVE-2026-0001'] }];
    const report = reportOf({ imageId: 'a', scanStatus: 'SUCCESS', vulnerabilities });
    expect(report.findings).toMatchObject([{ fix: 'unknown' }]);
  });

  // As Docker Scout 0.24 wrote it: a score that nobody gave, and one package URL.
  it('is no severity: what Docker Scout calls unspecified', () => {
    const properties = {
      cvssV3_severity: 'UNSPECIFIED',
      fixed_version: 'not fixed',
      purl: 'pkg:maven/com.thoughtworks.xstream/xstream@1.4.5',
      'security-severity': '3.1',
      tags: ['UNSPECIFIED'],
    };
    const rules = [{ id: 'GMS-2022-9109', properties }];
    const results = [{ ruleId: 'GMS-2022-9109', ruleIndex: 0, level: 'warning' }];
    const scout = { tool: { driver: { name: 'docker scout', rules } }, results };
    expect(reportOf({ version: '2.1.0', runs: [scout] }).findings).toMatchObject([
      { package: { name: 'xstream', version: '1.4.5' }, rating: { severity: 'unknown' } },
    ]);
  });

  it("is no distribution's word: what Clair has from OSV", () => {
    const report = reportOf({
      manifest_hash: MANIFEST,
      packages: { 1: { name: 'flask', version: '1' } },
      distributions: { 1: {} },
      vulnerabilities: {
        1: { name: 'GHSA-aaaa-bbbb-cccc', normalized_severity: 'Low', updater: 'osv' },
        2: { name: 'CVE-2026-0001', normalized_severity: 'Low', updater: 'debian/updater' },
      },
      package_vulnerabilities: { 1: ['1', '2'] },
    });
    expect(report.findings.map(({ rating }) => rating.isOfDistribution)).toEqual([false, true]);
  });
});
