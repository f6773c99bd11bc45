import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import { severityOf } from '../severity.ts';

const vulnerability = z.object({
  id: words,
  name: words,
  severity: words,
  solution: words,
  identifiers: list(z.object({ type: words, value: words })),
  location: z
    .object({
      image: words,
      operating_system: words,
      dependency: z.object({ package: z.object({ name: words }).nullish(), version: words }).nullish(),
    })
    .nullish(),
});

const schema = z.object({
  scan: z.object({
    end_time: words,
    status: words,
    scanner: z.object({ id: words, name: words }).nullish(),
  }),
  vulnerabilities: list(vulnerability),
});

/**
 * GitLab's container scanning report, which other scanners also write.
 * https://gitlab.com/gitlab-org/security-products/security-report-schemas
 */
export const gitlab = format('gitlab', {
  is: ({ scan }) => (scan as { readonly type?: unknown } | undefined)?.type === 'container_scanning',
  schema,
  read: ({ scan, vulnerabilities }) => ({
    scanner: scannerName(scan.scanner?.id ?? scan.scanner?.name),
    digests: digestsIn(
      'manifest',
      (vulnerabilities ?? []).map(({ location }) => location?.image),
    ),
    time: timeOf(scan.end_time),
    flaw:
      scan.status !== 'success'
        ? `its status is ${JSON.stringify(scan.status ?? null)}`
        : !vulnerabilities
          ? 'its vulnerabilities are null'
          : vulnerabilities.some(({ location }) => /unknown/i.test(location?.operating_system ?? ''))
            ? 'the operating system is unknown'
            : undefined,
    findings: (vulnerabilities ?? []).flatMap(({ id, name, severity, solution, identifiers, location }) => {
      const ids = (identifiers ?? [])
        .filter(({ type }) => type?.toLowerCase() !== 'cwe')
        .map(({ value }) => value);
      const [first = id ?? name ?? ''] = ids;
      return namesOf(first ?? '', ids).map(names => ({
        ...names,
        package: {
          name: location?.dependency?.package?.name ?? '',
          version: location?.dependency?.version ?? '',
        },
        fixed: [],
        // The version is only within a sentence for people.
        fix: /\S/.test(solution ?? '') && !/no solution/i.test(solution ?? '') ? 'yes' : 'unknown',
        rating: { severity: severityOf(severity), isOfDistribution: false },
        isWithdrawn: saysWithdrawn(name),
      }));
    }),
  }),
});

/** A scanner's name in the form of the gate's `scanners`: `Docker Scout` becomes `docker-scout`. */
export function scannerName(name: string | null | undefined): string {
  return (name ?? 'unknown')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
}
