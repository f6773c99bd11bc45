import { z } from 'zod';
import { format } from '../format.ts';
import { list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import { decisive, severityOf, severityOfScore } from '../severity.ts';

const finding = z.object({
  component: z.object({ name: words, version: words, purl: words }).nullish(),
  vulnerability: z.object({
    vulnId: z.string(),
    title: words,
    description: words,
    severity: words,
    cvssV3BaseScore: z.number().nullish(),
    aliases: list(z.record(z.string(), z.unknown())),
  }),
  analysis: z.object({ isSuppressed: z.boolean().nullish() }).nullish(),
});

/** A finding packaging format of Dependency-Track. https://docs.dependencytrack.org/integrations/file-formats/ */
export const dependencyTrack = format('dependency-track', {
  is: ({ meta, ...json }) =>
    (meta as { readonly application?: unknown } | undefined)?.application === 'Dependency-Track' &&
    ('findings' in json || 'project' in json),
  schema: z.object({ meta: z.object({ timestamp: words }), findings: list(finding) }),
  read: ({ meta, findings }) => ({
    scanner: 'dependency-track',
    digests: [],
    time: timeOf(meta.timestamp),
    flaw: findings ? undefined : 'its findings are null',
    findings: (findings ?? [])
      .filter(({ analysis }) => analysis?.isSuppressed !== true)
      .flatMap(({ component, vulnerability }) => {
        const { vulnId, aliases, severity, cvssV3BaseScore, title, description } = vulnerability;
        const others = (aliases ?? []).flatMap(one =>
          Object.values(one).filter(id => typeof id === 'string'),
        );
        return namesOf(vulnId, others).map(names => ({
          ...names,
          package: {
            name: component?.name ?? '',
            version: component?.version ?? '',
            purl: component?.purl ?? undefined,
          },
          fixed: [],
          fix: 'unknown' as const,
          rating: decisive([
            { severity: severityOf(severity), isOfDistribution: false },
            { severity: severityOfScore(cvssV3BaseScore), isOfDistribution: false },
          ]),
          isWithdrawn: saysWithdrawn(title, description),
        }));
      }),
  }),
});
