import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import { parsePurl } from '../purl.ts';
import type { AffectedPackage } from '../report.ts';
import { decisive, severityOf, severityOfScore } from '../severity.ts';
import { scannerName } from './gitlab.ts';

const component = z.object({
  'bom-ref': words,
  type: words,
  name: words,
  version: words,
  purl: words,
  properties: list(z.object({ name: words, value: words })),
});

const tool = z.object({ name: words });

const vulnerability = z.object({
  id: words,
  references: list(z.object({ id: words })),
  description: words,
  recommendation: words,
  rejected: words,
  ratings: list(
    z.object({ source: z.object({ name: words }).nullish(), severity: words, score: z.number().nullish() }),
  ),
  affects: list(z.object({ ref: words })),
});

const schema = z.object({
  metadata: z
    .object({
      timestamp: words,
      component: component.nullish(),
      tools: z.union([z.array(tool), z.object({ components: list(tool) })]).nullish(),
    })
    .nullish(),
  components: list(component),
  vulnerabilities: list(vulnerability),
});

/** A bill of materials with its vulnerabilities. https://cyclonedx.org/capabilities/vdr/ */
export const cyclonedx = format('cyclonedx', {
  is: json => json.bomFormat === 'CycloneDX' && 'vulnerabilities' in json,
  schema,
  read: ({ metadata, components, vulnerabilities }) => {
    const image = metadata?.component;
    const properties = image?.properties ?? [];
    const valuesOf = (name: RegExp) =>
      properties.filter(one => name.test(one.name ?? '')).map(one => one.value);
    const tools = Array.isArray(metadata?.tools) ? metadata.tools : metadata?.tools?.components;
    const byRef = new Map((components ?? []).map(one => [one['bom-ref'] ?? '', one]));
    return {
      scanner: scannerName(tools?.[0]?.name ?? 'cyclonedx'),
      digests: [
        ...digestsIn('manifest', [
          parsePurl(image?.purl ?? '')?.version,
          image?.version,
          ...valuesOf(/RepoDigest$/),
        ]),
        ...digestsIn('config', valuesOf(/ImageID$/)),
      ],
      time: timeOf(metadata?.timestamp),
      flaw: !vulnerabilities
        ? 'its vulnerabilities are null'
        : !components || components.length === 0
          ? 'it has no components'
          : components.some(({ type }) => type === 'operating-system')
            ? undefined
            : 'the operating system is unknown',
      findings: (vulnerabilities ?? []).flatMap(found => {
        const affected = found.affects?.length ? found.affects : [{ ref: '' }];
        return affected.flatMap(({ ref }) => findingsOf(found, packageOf(byRef.get(ref ?? ''), ref ?? '')));
      }),
    };
  },
});

function findingsOf(found: z.infer<typeof vulnerability>, affected: AffectedPackage) {
  const distribution = distributionOf(affected);
  const ratings = (found.ratings ?? []).map(({ source, severity, score }) => {
    const word = severityOf(severity);
    return {
      severity: word === 'unknown' ? severityOfScore(score) : word,
      isOfDistribution: distribution !== undefined && source?.name?.toLowerCase() === distribution,
    };
  });
  const recommendation = found.recommendation ?? '';
  return namesOf(
    found.id ?? '',
    (found.references ?? []).map(({ id }) => id),
  ).map(names => ({
    ...names,
    package: affected,
    fixed: [],
    // The version is only within a sentence for people.
    fix: /\S/.test(recommendation) ? ('yes' as const) : ('unknown' as const),
    rating: decisive(ratings),
    isWithdrawn: !!found.rejected || saysWithdrawn(found.description),
  }));
}

function packageOf(known: z.infer<typeof component> | undefined, ref: string): AffectedPackage {
  const purl = parsePurl(known?.purl ?? ref);
  return {
    name: known?.name ?? purl?.name ?? ref,
    version: known?.version ?? purl?.version ?? '',
    purl: known?.purl ?? (purl === undefined ? undefined : ref),
  };
}

/** The distribution of the package: `debian` in `pkg:deb/debian/openssl`. */
function distributionOf({ purl }: AffectedPackage): string | undefined {
  const { type = '', namespace = '' } = parsePurl(purl ?? '') ?? {};
  return ['deb', 'rpm', 'apk', 'alpm'].includes(type) ? namespace.toLowerCase() : undefined;
}
