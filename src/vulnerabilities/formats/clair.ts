import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, saysWithdrawn, words } from '../parts.ts';
import { severityOf } from '../severity.ts';

const schema = z.object({
  manifest_hash: z.string(),
  packages: z.record(z.string(), z.object({ name: words, version: words })).nullish(),
  distributions: z.record(z.string(), z.unknown()).nullish(),
  vulnerabilities: z
    .record(
      z.string(),
      z.object({
        name: z.string(),
        description: words,
        links: words,
        updater: words,
        normalized_severity: words,
        fixed_in_version: words,
      }),
    )
    .nullish(),
  package_vulnerabilities: z.record(z.string(), list(z.string())).nullish(),
});

/** A vulnerability report of Clair 4. https://quay.github.io/clair/howto/api.html */
export const clair = format('clair', {
  is: json => 'manifest_hash' in json && 'package_vulnerabilities' in json,
  schema,
  read: ({ manifest_hash, packages, distributions, vulnerabilities, package_vulnerabilities }) => ({
    scanner: 'clair',
    digests: digestsIn('manifest', [manifest_hash]),
    flaw:
      Object.keys(packages ?? {}).length === 0
        ? 'it has no packages'
        : Object.keys(distributions ?? {}).length === 0
          ? 'the operating system is unknown'
          : package_vulnerabilities
            ? undefined
            : 'its package_vulnerabilities are null',
    findings: Object.entries(package_vulnerabilities ?? {}).flatMap(([key, ids]) =>
      (ids ?? []).flatMap(id => {
        const found = vulnerabilities?.[id];
        const { name = '', version = '' } = packages?.[key] ?? {};
        const named = [...(found?.links ?? '').matchAll(/CVE-\d{4}-\d{4,}/g)].map(([cve]) => cve);
        return namesOf(found?.name ?? id, named).map(names => ({
          ...names,
          package: { name: name ?? '', version: version ?? '' },
          ...fixesOf([found?.fixed_in_version]),
          // The other updaters read the distributions' own data. https://github.com/quay/claircore/blob/main/updater/osv/osv.go
          rating: {
            severity: severityOf(found?.normalized_severity),
            isOfDistribution: found?.updater !== 'osv',
          },
          isWithdrawn: saysWithdrawn(found?.description),
        }));
      }),
    ),
  }),
});
