import { z } from 'zod';
import { format } from '../format.ts';
import { list, namesOf, words } from '../parts.ts';
import { parsePurl } from '../purl.ts';
import { severityOfScore } from '../severity.ts';

const issue = z.object({ reference: z.string(), severity: z.number().nullish(), status: words });

const schema = z.object({
  components: list(
    z.object({
      packageUrl: words,
      displayName: words,
      securityData: z.object({ securityIssues: list(issue) }).nullish(),
    }),
  ),
  matchSummary: z.object({ totalComponentCount: z.number().nullish() }).nullish(),
});

/** The raw report of Sonatype's IQ Server. https://help.sonatype.com/en/report-rest-api.html */
export const sonatype = format('sonatype', {
  is: json => 'components' in json && 'matchSummary' in json,
  schema,
  read: ({ components, matchSummary }) => ({
    scanner: 'sonatype',
    digests: [],
    flaw: !components
      ? 'its components are null'
      : components.length === 0 || matchSummary?.totalComponentCount === 0
        ? 'it has no components'
        : undefined,
    findings: (components ?? []).flatMap(({ packageUrl, displayName, securityData }) => {
      const purl = parsePurl(packageUrl ?? '');
      return (securityData?.securityIssues ?? [])
        .filter(({ status }) => status?.toLowerCase() !== 'not applicable')
        .flatMap(({ reference, severity }) =>
          namesOf(reference, []).map(names => ({
            ...names,
            package: {
              name: purl?.name ?? displayName ?? '',
              version: purl?.version ?? '',
              purl: packageUrl ?? undefined,
            },
            fixed: [],
            fix: 'unknown' as const,
            rating: { severity: severityOfScore(severity), isOfDistribution: false },
            isWithdrawn: false,
          })),
        );
    }),
  }),
});
