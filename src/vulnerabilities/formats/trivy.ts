import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, platformOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import type { Finding } from '../report.ts';
import { decisive, type Rating, type Severity, severityOf } from '../severity.ts';

const vulnerability = z.object({
  VulnerabilityID: z.string(),
  VendorIDs: list(z.string()),
  PkgName: words,
  PkgIdentifier: z.object({ PURL: words }).nullish(),
  InstalledVersion: words,
  FixedVersion: words,
  Title: words,
  Description: words,
  Severity: words,
  SeveritySource: words,
  VendorSeverity: z.record(z.string(), z.number()).nullish(),
});

const result = z.object({ Class: words, Vulnerabilities: list(vulnerability) });

const schema = z.object({
  ArtifactType: z.string(),
  CreatedAt: words,
  Metadata: z
    .object({
      OS: z.object({ Family: words, EOSL: z.boolean().nullish() }).nullish(),
      ImageID: words,
      RepoDigests: list(z.string()),
      ImageConfig: z.object({ architecture: words, os: words, variant: words }).nullish(),
    })
    .nullish(),
  Results: list(result),
});

/** `trivy image --format json`. https://trivy.dev/latest/docs/configuration/reporting/ */
export const trivy = format('trivy', {
  is: json => 'SchemaVersion' in json && 'ArtifactType' in json,
  schema,
  read: report => {
    const { Metadata, CreatedAt, Results } = report;
    const { architecture, os, variant } = Metadata?.ImageConfig ?? {};
    return {
      scanner: 'trivy',
      digests: [
        ...digestsIn('manifest', Metadata?.RepoDigests ?? []),
        ...digestsIn('config', [Metadata?.ImageID]),
      ],
      platform: platformOf(os, architecture, variant),
      time: timeOf(CreatedAt),
      flaw: flawOf(report),
      findings: (Results ?? []).flatMap(({ Class, Vulnerabilities }) =>
        (Vulnerabilities ?? []).flatMap(found => findingsOf(found, Class === 'os-pkgs')),
      ),
    };
  },
});

/** Why a report shows nothing. Only these fields tell a clean image from one that Trivy cannot scan. */
function flawOf({ ArtifactType, Metadata, Results }: z.infer<typeof schema>): string | undefined {
  if (ArtifactType !== 'container_image') return `it is of a ${ArtifactType}, not of an image`;
  if (!Metadata?.OS?.Family || Metadata.OS.Family === 'none') return 'the operating system is unknown';
  if (Metadata.OS.EOSL) return 'the operating system is out of support, so nobody says what is wrong with it';
  if (!Results || Results.length === 0) return 'it has no results';
  if (!Results.some(({ Class }) => Class === 'os-pkgs'))
    return "the operating system's packages were not scanned";
  return undefined;
}

function findingsOf(found: z.infer<typeof vulnerability>, isSystem: boolean): readonly Finding[] {
  const { VulnerabilityID, VendorIDs, PkgName, PkgIdentifier, InstalledVersion, FixedVersion } = found;
  return namesOf(VulnerabilityID, VendorIDs ?? []).map(names => ({
    ...names,
    package: {
      name: PkgName ?? '',
      version: InstalledVersion ?? '',
      purl: PkgIdentifier?.PURL ?? undefined,
    },
    ...fixesOf((FixedVersion ?? '').split(',')),
    rating: decisive(ratingsOf(found, isSystem)),
    isWithdrawn: saysWithdrawn(found.Title, found.Description),
  }));
}

const BY_NUMBER: readonly Severity[] = ['unknown', 'low', 'medium', 'high', 'critical'];

/** Trivy uses the distribution's severity if there is one, and names it as the source. */
function ratingsOf(
  { Severity: word, SeveritySource, VendorSeverity }: z.infer<typeof vulnerability>,
  isSystem: boolean,
): readonly Rating[] {
  const isOfDistribution = isSystem && !!SeveritySource && SeveritySource !== 'nvd';
  return [
    { severity: severityOf(word), isOfDistribution },
    ...Object.values(VendorSeverity ?? {}).map(number => ({
      severity: BY_NUMBER[number] ?? ('unknown' as const),
      isOfDistribution: false,
    })),
  ];
}
