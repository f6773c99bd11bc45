import { z } from 'zod';
import { format } from '../format.ts';
import { asDigest, digestsIn, fixesOf, list, namesOf, saysWithdrawn, words } from '../parts.ts';
import type { Finding } from '../report.ts';
import { decisive, severityOf, severityOfScore } from '../severity.ts';

const cve = z.object({ cve: words, id: words, cvss_v3_score: z.union([z.string(), z.number()]).nullish() });

const issue = z.object({ issue_id: words, severity: words, summary: words, cves: list(cve) });

const component = z.object({ fixed_versions: list(z.string()) });

const listed = issue.extend({ components: z.record(z.string(), component).nullish() });

const scans = z.array(
  z.object({
    scan_id: z.string(),
    component_id: words,
    status: words,
    vulnerabilities: list(listed),
    violations: list(listed),
  }),
);

/** `jf docker scan --format json`: a list of scans. https://docs.jfrog.com/security/docs/scan-results */
export const xray = format('xray', {
  is: json => 'scan_id' in json,
  schema: scans,
  read: found => ({
    scanner: 'xray',
    digests: digestsIn(
      'manifest',
      found.map(({ component_id }) => component_id),
    ),
    flaw: found.every(({ status }) => status === 'completed') ? undefined : 'a scan of it was not completed',
    findings: found
      .flatMap(({ vulnerabilities, violations }) => [...(vulnerabilities ?? []), ...(violations ?? [])])
      .flatMap(one =>
        Object.entries(one.components ?? { '': { fixed_versions: null } }).flatMap(
          ([key, { fixed_versions }]) =>
            findingsOf(one, packageOf(key), fixesOf((fixed_versions ?? []).map(bare))),
        ),
      ),
  }),
});

const rows = z.object({
  vulnerabilities: list(
    z.object({
      issueId: words,
      severity: words,
      summary: words,
      impactedPackageName: words,
      impactedPackageVersion: words,
      fixedVersions: list(z.string()),
      cves: list(cve),
    }),
  ),
  errors: list(z.unknown()),
});

/** `jf docker scan --format simple-json`. */
export const xraySimple = format('xray-simple', {
  is: json => 'securityViolations' in json || ('vulnerabilities' in json && 'licensesViolations' in json),
  schema: rows.extend({ securityViolations: rows.shape.vulnerabilities }),
  read: ({ vulnerabilities, securityViolations, errors }) => ({
    scanner: 'xray',
    digests: [],
    flaw:
      (errors ?? []).length > 0
        ? 'the scan had errors'
        : vulnerabilities || securityViolations
          ? undefined
          : 'its vulnerabilities are null',
    findings: [...(vulnerabilities ?? []), ...(securityViolations ?? [])].flatMap(row =>
      findingsOf(
        { ...row, issue_id: row.issueId },
        { name: row.impactedPackageName ?? '', version: row.impactedPackageVersion ?? '' },
        fixesOf((row.fixedVersions ?? []).map(bare)),
      ),
    ),
  }),
});

const summary = z.object({
  artifacts: z.array(
    z.object({
      general: z.object({ sha256: words, path: words }),
      issues: list(issue.extend({ impact_path: list(z.string()) })),
    }),
  ),
  errors: list(z.unknown()),
});

/** The summary that Xray's API gives of an artifact. https://jfrog.com/help/r/xray-rest-apis/artifact-summary */
export const xraySummary = format('xray-summary', {
  is: json => Array.isArray(json.artifacts) && json.artifacts.some(one => 'general' in (one ?? {})),
  schema: summary,
  read: ({ artifacts, errors }) => ({
    scanner: 'xray',
    digests: digestsIn(
      'manifest',
      artifacts.map(({ general }) => asDigest(general.sha256)),
    ),
    flaw:
      (errors ?? []).length > 0
        ? 'the scan had errors'
        : artifacts.some(({ issues }) => !issues)
          ? 'its issues are null'
          : undefined,
    findings: artifacts
      .flatMap(({ issues }) => issues ?? [])
      .flatMap(one =>
        (one.impact_path ?? ['']).flatMap(path =>
          // The path leads from the image to the package. It does not show a fix.
          findingsOf(one, packageOf(path.split('/').at(-1) ?? ''), { fixed: [], fix: 'unknown' }),
        ),
      ),
  }),
});

function findingsOf(
  { issue_id, severity, summary: text, cves }: z.infer<typeof issue>,
  affected: Finding['package'],
  fixes: Pick<Finding, 'fixed' | 'fix'>,
): readonly Finding[] {
  const ratings = [
    { severity: severityOf(severity), isOfDistribution: false },
    ...(cves ?? []).map(({ cvss_v3_score }) => ({
      severity: severityOfScore(cvss_v3_score),
      isOfDistribution: false,
    })),
  ];
  return namesOf(
    issue_id ?? '',
    (cves ?? []).flatMap(one => [one.cve, one.id]),
  ).map(names => ({
    ...names,
    package: affected,
    ...fixes,
    rating: decisive(ratings),
    isWithdrawn: saysWithdrawn(text),
  }));
}

/** Reads `alpine://3.18:libssl3:3.1.1-r1`. The group in Maven's `gav://` is a part of the name. */
function packageOf(key: string): Finding['package'] {
  const [kind = '', rest = key] = key.includes('://') ? key.split('://') : ['', key];
  const parts = rest.split(':');
  const version = parts.length > 1 ? (parts.at(-1) ?? '') : '';
  const named = parts.slice(0, parts.length > 1 ? -1 : 1);
  return { name: kind === 'gav' ? named.join(':') : (named.at(-1) ?? ''), version };
}

/** `[1.2.3]` is a range with only one version. */
function bare(version: string): string {
  return version.replace(/^\[([^\],]*)\]$/, '$1');
}
