import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import { parsePurl } from '../purl.ts';
import type { AffectedPackage } from '../report.ts';
import { decisive, type Severity, severityOf, severityOfScore } from '../severity.ts';
import { scannerName } from './gitlab.ts';

const rule = z.object({
  id: z.string(),
  shortDescription: z.object({ text: words }).nullish(),
  defaultConfiguration: z.object({ level: words }).nullish(),
  properties: z
    .object({
      'security-severity': z.union([z.string(), z.number()]).nullish(),
      tags: list(z.string()),
      purl: words,
      purls: list(z.string()),
      cvssV3_severity: words,
      fixed_version: words,
    })
    .nullish(),
});

const result = z.object({
  ruleId: words,
  ruleIndex: z.number().nullish(),
  level: words,
  message: z.object({ text: words }).nullish(),
  suppressions: list(z.object({ status: words })),
});

const run = z.object({
  tool: z.object({ driver: z.object({ name: words, rules: list(rule) }) }),
  results: list(result),
  invocations: list(z.object({ executionSuccessful: z.boolean().nullish(), endTimeUtc: words })),
  properties: z.object({ repoDigests: list(z.string()), imageID: words }).nullish(),
});

type Rule = z.infer<typeof rule>;
type Result = z.infer<typeof result>;

/** SARIF 2.1, as Trivy, Grype and Docker Scout write it. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const sarif = format('sarif', {
  is: json => json.version === '2.1.0' && Array.isArray(json.runs),
  schema: z.object({ runs: z.array(run) }),
  read: ({ runs }) => {
    const invocations = runs.flatMap(one => one.invocations ?? []);
    return {
      scanner: scannerName(runs[0]?.tool.driver.name),
      digests: [
        ...digestsIn(
          'manifest',
          runs.flatMap(({ properties }) => properties?.repoDigests ?? []),
        ),
        ...digestsIn(
          'config',
          runs.map(({ properties }) => properties?.imageID),
        ),
      ],
      time: timeOf(invocations.find(({ endTimeUtc }) => endTimeUtc)?.endTimeUtc),
      flaw:
        runs.length === 0
          ? 'it has no runs'
          : runs.some(({ results }) => !results)
            ? 'a run of it has no results, not even an empty list'
            : invocations.some(({ executionSuccessful }) => executionSuccessful === false)
              ? 'the scan failed'
              : undefined,
      findings: runs.flatMap(({ tool, results }) => {
        const rules = tool.driver.rules ?? [];
        const byId = new Map(rules.map(one => [one.id, one]));
        return (results ?? [])
          .filter(one => !isSuppressed(one))
          .flatMap(one => findingsOf(one, byId.get(one.ruleId ?? '') ?? rules[one.ruleIndex ?? -1]));
      }),
    };
  },
});

/** Whether a result is suppressed. A suppression without a status counts as accepted. */
function isSuppressed({ suppressions }: Result): boolean {
  return (suppressions ?? []).some(({ status }) => !status || status === 'accepted');
}

function findingsOf({ ruleId, level, message }: Result, found: Rule | undefined) {
  const {
    tags,
    purl,
    purls,
    fixed_version,
    cvssV3_severity: word,
    'security-severity': score,
  } = found?.properties ?? {};
  const text = message?.text ?? '';
  const said = [word, ...(tags ?? [])];
  // Scout writes a score of 3.1 even if nobody has given a severity.
  const isUnspecified = said.includes('UNSPECIFIED');
  const scored = [...(isUnspecified ? [] : [severityOfScore(score)]), ...said.map(severityOf)].filter(
    one => one !== 'unknown',
  );
  const levelled = isUnspecified ? 'unknown' : ofLevel(level ?? found?.defaultConfiguration?.level);
  const ratings = (scored.length > 0 ? scored : [levelled]).map(severity => ({
    severity,
    isOfDistribution: false,
  }));
  const written = /^Fixed Version: *(.*)$/m.exec(text)?.[1];
  const fixes = fixesOf([fixed_version, ...(written ?? '').split(',')]);
  const isSaid = fixes.fix === 'yes' || written !== undefined || fixed_version !== undefined;
  // Grype joins the names of the vulnerability and the package.
  const [id = ''] = /(?:CVE-\d{4}-\d{4,}|GHSA(?:-\w{4}){3})/.exec(ruleId ?? '') ?? [ruleId ?? ''];
  return packagesOf(text, [...(purls ?? []), ...(purl ? [purl] : [])]).flatMap(affected =>
    namesOf(id, []).map(names => ({
      ...names,
      package: affected,
      fixed: fixes.fixed,
      fix: isSaid ? fixes.fix : ('unknown' as const),
      rating: decisive(ratings),
      isWithdrawn: saysWithdrawn(found?.shortDescription?.text),
    })),
  );
}

/** Trivy's `error` is high or critical, and its `note` is low or unknown. The worse one counts. */
function ofLevel(level: string | null | undefined): Severity {
  return level === 'error' ? 'critical' : level === 'warning' ? 'medium' : 'unknown';
}

/** The packages in a sentence for people. Scout names them in the rule. */
function packagesOf(text: string, purls: readonly string[]): readonly AffectedPackage[] {
  const named = purls.flatMap(purl => {
    const { name, version = '' } = parsePurl(purl) ?? {};
    return name === undefined ? [] : [{ name, version, purl }];
  });
  if (named.length > 0) return named;
  const trivy = /^Package: *(.*)\n(?:Installed )?Version: *(.*)$/m.exec(text);
  const grype = /\bpackage: ([^\s,]+), version ([^\s,]+)/.exec(text);
  const [, name = '', version = ''] = trivy ?? grype ?? [];
  return [{ name: name.trim(), version: version.trim() }];
}
