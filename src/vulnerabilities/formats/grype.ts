import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, platformOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import type { Finding } from '../report.ts';
import { decisive, severityOf } from '../severity.ts';

const named = z.object({ id: z.string(), namespace: words, severity: words, description: words });

const match = z.object({
  vulnerability: named.extend({ fix: z.object({ versions: list(z.string()), state: words }).nullish() }),
  relatedVulnerabilities: list(named),
  artifact: z.object({ name: words, version: words, purl: words }),
});

const target = z.object({
  manifestDigest: words,
  imageID: words,
  repoDigests: list(z.string()),
  architecture: words,
  os: words,
});

const schema = z.object({
  matches: list(match),
  source: z.object({ type: words, target: z.union([target, z.string()]).nullish() }).nullish(),
  distro: z.object({ name: words }).nullish(),
  descriptor: z.object({
    timestamp: words,
    db: z.object({ status: z.object({ valid: z.boolean().nullish() }).nullish() }).nullish(),
    configuration: z.object({ 'only-fixed': z.boolean().nullish() }).nullish(),
  }),
  alertsByPackage: list(z.object({ alerts: list(z.object({ type: words })) })),
});

/** `grype --output json`. https://github.com/anchore/grype/blob/main/grype/presenter/models/document.go */
export const grype = format('grype', {
  is: json =>
    'matches' in json && (json.descriptor as { readonly name?: unknown } | undefined)?.name === 'grype',
  schema,
  read: report => {
    const scanned = typeof report.source?.target === 'object' ? report.source.target : undefined;
    return {
      scanner: 'grype',
      digests: [
        ...digestsIn('manifest', [scanned?.manifestDigest, ...(scanned?.repoDigests ?? [])]),
        ...digestsIn('config', [scanned?.imageID]),
      ],
      platform: platformOf(scanned?.os, scanned?.architecture),
      time: timeOf(report.descriptor.timestamp),
      flaw: flawOf(report),
      isFixableOnly: report.descriptor.configuration?.['only-fixed'] ?? undefined,
      findings: (report.matches ?? []).flatMap(({ vulnerability, relatedVulnerabilities, artifact }) => {
        const { id, namespace, severity, fix } = vulnerability;
        const related = relatedVulnerabilities ?? [];
        const own = {
          severity: severityOf(severity),
          isOfDistribution: namespace?.includes(':distro:') === true,
        };
        return namesOf(
          id,
          related.map(other => other.id),
        ).map(names => ({
          ...names,
          package: {
            name: artifact.name ?? '',
            version: artifact.version ?? '',
            purl: artifact.purl ?? undefined,
          },
          ...fixOf(fix),
          rating: decisive([
            own,
            ...related.map(other => ({ severity: severityOf(other.severity), isOfDistribution: false })),
          ]),
          isWithdrawn: saysWithdrawn(vulnerability.description, ...related.map(other => other.description)),
        }));
      }),
    };
  },
});

/** Whether a fix exists. A state such as `unknown` does not mean that there is none. */
function fixOf(fix: z.infer<typeof match>['vulnerability']['fix']): Pick<Finding, 'fixed' | 'fix'> {
  const { versions, state } = fix ?? {};
  const found = fixesOf(state === 'wont-fix' ? [] : (versions ?? []));
  const isSaid = found.fix === 'yes' || state === 'not-fixed' || state === 'wont-fix';
  return isSaid ? found : { ...found, fix: 'unknown' };
}

function flawOf({
  matches,
  source,
  distro,
  descriptor,
  alertsByPackage,
}: z.infer<typeof schema>): string | undefined {
  if (source?.type && source.type !== 'image') return `it is of a ${source.type}, not of an image`;
  if (!matches) return 'its matches are null';
  if (!distro?.name) return 'the operating system is unknown';
  if (descriptor.db?.status?.valid === false) return 'its database was not valid';
  const alerts = (alertsByPackage ?? []).flatMap(one => one.alerts ?? []);
  if (alerts.some(({ type }) => type === 'distro-eol'))
    return 'the operating system is out of support, so nobody says what is wrong with it';
  return undefined;
}
