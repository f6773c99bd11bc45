import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, platformOf, saysWithdrawn, words } from '../parts.ts';
import { decisive, severityOf, severityOfScore } from '../severity.ts';

const vulnerability = z.object({
  id: z.string(),
  identifiers: z.record(z.string(), list(z.string())).nullish(),
  severity: words,
  cvssScore: z.number().nullish(),
  title: words,
  name: words,
  packageName: words,
  version: words,
  fixedIn: list(z.string()),
  nearestFixedInVersion: words,
});

const part = z.object({
  vulnerabilities: list(vulnerability),
  ok: z.boolean().nullish(),
  error: z.unknown().optional(),
  path: words,
  platform: words,
  severityThreshold: words,
});

const test = part.extend({ applications: list(part) });

/** `snyk container test --json`: one result, or a list of them. https://docs.snyk.io/developer-tools/snyk-cli/commands/container-test */
export const snyk = format('snyk', {
  is: json => 'ok' in json && ('vulnerabilities' in json || 'error' in json),
  schema: z.union([z.array(test).min(1), test.transform(one => [one])]),
  read: tests => {
    const parts = tests.flatMap(({ applications, ...one }) => [one, ...(applications ?? [])]);
    const [os, architecture, variant] = tests[0]?.platform?.split('/') ?? [];
    return {
      scanner: 'snyk',
      digests: digestsIn(
        'manifest',
        tests.map(({ path }) => path),
      ),
      platform: platformOf(os, architecture, variant),
      flaw: parts.some(({ error }) => error !== undefined && error !== null)
        ? 'the scan failed'
        : parts.some(({ vulnerabilities }) => !vulnerabilities)
          ? 'its vulnerabilities are null'
          : // https://github.com/snyk/cli/issues/2075
            parts.some(({ ok, vulnerabilities }) => ok === false && vulnerabilities?.length === 0)
            ? 'it lists nothing and says that it is not ok'
            : leftOut(parts),
      findings: parts
        .flatMap(({ vulnerabilities }) => vulnerabilities ?? [])
        .flatMap(found =>
          namesOf(
            found.id,
            Object.entries(found.identifiers ?? {}).flatMap(([kind, ids]) =>
              kind === 'CWE' ? [] : (ids ?? []),
            ),
          ).map(names => ({
            ...names,
            package: { name: found.packageName ?? found.name ?? '', version: found.version ?? '' },
            ...fixesOf([...(found.fixedIn ?? []), found.nearestFixedInVersion]),
            rating: decisive([
              { severity: severityOf(found.severity), isOfDistribution: false },
              { severity: severityOfScore(found.cvssScore), isOfDistribution: false },
            ]),
            isWithdrawn: saysWithdrawn(found.title),
          })),
        ),
    };
  },
});

/** What `--severity-threshold` keeps out. https://github.com/snyk/cli/blob/main/src/lib/snyk-test/legacy.ts */
function leftOut(parts: readonly z.infer<typeof part>[]): string | undefined {
  const threshold = parts.find(({ severityThreshold }) => severityThreshold)?.severityThreshold;
  return threshold && threshold !== 'low' ? `what is below ${threshold} was left out of it` : undefined;
}
