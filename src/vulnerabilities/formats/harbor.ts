import { z } from 'zod';
import { format } from '../format.ts';
import { digestsIn, fixesOf, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import { severityOf } from '../severity.ts';
import { scannerName } from './gitlab.ts';

const TYPE =
  /^application\/vnd\.(?:scanner\.adapter\.vuln\.report\.harbor|security\.vulnerability\.report)\b/;

const report = z.object({
  generated_at: words,
  scanner: z.object({ name: words }).nullish(),
  vulnerabilities: list(
    z.object({
      id: z.string(),
      package: words,
      version: words,
      fix_version: words,
      severity: words,
      description: words,
      artifact_digests: list(z.string()),
    }),
  ),
});

/** What Harbor's API gives of an artifact's vulnerabilities: one report a media type. https://github.com/goharbor/pluggable-scanner-spec */
export const harbor = format('harbor', {
  is: json => Object.keys(json).length > 0 && Object.keys(json).every(key => TYPE.test(key)),
  schema: z.record(z.string(), report),
  read: reports => {
    const all = Object.values(reports);
    const found = all.flatMap(({ vulnerabilities }) => vulnerabilities ?? []);
    const [first] = all;
    return {
      scanner: scannerName(first?.scanner?.name ?? 'harbor'),
      digests: digestsIn(
        'manifest',
        found.flatMap(({ artifact_digests }) => artifact_digests ?? []),
      ),
      time: timeOf(first?.generated_at),
      // Harbor writes null both for an unscanned image and for one without vulnerabilities.
      flaw: all.some(({ vulnerabilities }) => !vulnerabilities) ? 'its vulnerabilities are null' : undefined,
      findings: found.flatMap(({ id, package: name, version, fix_version, severity, description }) =>
        namesOf(id, []).map(names => ({
          ...names,
          package: { name: name ?? '', version: version ?? '' },
          ...fixesOf([fix_version]),
          rating: { severity: severityOf(severity), isOfDistribution: false },
          isWithdrawn: saysWithdrawn(description),
        })),
      ),
    };
  },
});
