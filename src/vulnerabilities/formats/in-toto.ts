import { z } from 'zod';
import { format, isObject } from '../format.ts';
import { list, namesOf, timeOf, words } from '../parts.ts';
import { decisive, severityOf, severityOfScore } from '../severity.ts';
import { scannerName } from './gitlab.ts';

const result = z.object({
  id: words,
  // Version 0.1 of the specification nests it one level deeper.
  vulnerability: z.object({ id: words }).nullish(),
  severity: list(z.object({ method: words, score: z.union([z.string(), z.number()]).nullish() })),
});

/** The predicate of in-toto's vulnerability attestations. https://github.com/in-toto/attestation/blob/main/spec/predicates/vuln.md */
export const inToto = format('in-toto', {
  is: ({ scanner }) => isObject(scanner) && (Array.isArray(scanner.result) || scanner.result === null),
  schema: z.object({
    scanner: z.object({ uri: words, result: list(result) }),
    metadata: z.object({ scanFinishedOn: words }).nullish(),
  }),
  read: ({ scanner, metadata }) => ({
    scanner: scannerName(lastPart(scanner.uri)),
    digests: [],
    time: timeOf(metadata?.scanFinishedOn),
    flaw: scanner.result ? undefined : 'its result is null',
    findings: (scanner.result ?? []).flatMap(({ id, vulnerability, severity }) =>
      namesOf(id ?? vulnerability?.id ?? '', []).map(names => ({
        ...names,
        package: { name: '', version: '' },
        fixed: [],
        fix: 'unknown' as const,
        rating: decisive(
          (severity ?? []).map(({ score }) => {
            const word = severityOf(typeof score === 'string' ? score : undefined);
            return {
              severity: word === 'unknown' ? severityOfScore(isNumber(score) ? score : undefined) : word,
              isOfDistribution: false,
            };
          }),
        ),
        isWithdrawn: false,
      })),
    ),
  }),
});

/** The scanner's name at the end of its address: `https://github.com/aquasecurity/trivy`, `pkg:github/anchore/grype@v1`. */
export function lastPart(uri: string | null | undefined): string | undefined {
  return (
    uri
      ?.replace(/[@?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) || undefined
  );
}

function isNumber(score: string | number | null | undefined): score is string | number {
  return typeof score === 'number' || /^\d+(?:\.\d+)?$/.test(score ?? '');
}
