import { z } from 'zod';
import { format, isObject } from '../format.ts';
import { asDigest, digestsIn, fixesOf, list, namesOf, saysWithdrawn, timeOf, words } from '../parts.ts';
import type { Severity } from '../severity.ts';

const vulnerability = z.object({
  qid: z.union([z.number(), z.string()]),
  title: words,
  severity: z.number().nullish(),
  cveids: list(z.string()),
  software: list(z.object({ name: words, version: words, fixVersion: words })),
});

const schema = z.object({
  sha: words,
  repoDigests: list(z.object({ digest: words })),
  lastScanned: z.union([z.string(), z.number()]).nullish(),
  scanStatus: words,
  vulnerabilities: list(vulnerability),
});

/** Qualys's names are minimal, medium, serious, critical and urgent. */
const LEVELS: readonly Severity[] = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'];

/** An image's details as the API of Qualys Container Security gives them. https://docs.qualys.com/en/cs/api/ */
export const qualys = format('qualys', {
  is: json =>
    'vulnerabilities' in json &&
    ('imageId' in json || 'sha' in json) &&
    ('scanStatus' in json || hasQid(json.vulnerabilities)),
  schema,
  read: ({ sha, repoDigests, lastScanned, scanStatus, vulnerabilities }) => ({
    scanner: 'qualys',
    digests: [
      ...digestsIn('config', [asDigest(sha)]),
      ...digestsIn(
        'manifest',
        (repoDigests ?? []).map(({ digest }) => asDigest(digest)),
      ),
    ],
    time: /^\d+$/.test(`${lastScanned}`) ? new Date(Number(lastScanned)) : timeOf(`${lastScanned ?? ''}`),
    flaw:
      scanStatus !== 'SUCCESS'
        ? `its status is ${scanStatus ?? 'absent'}`
        : vulnerabilities
          ? undefined
          : 'its vulnerabilities are null',
    findings: (vulnerabilities ?? []).flatMap(({ qid, title, severity, cveids, software }) =>
      (software?.length ? software : [{ name: title, version: '', fixVersion: '' }]).flatMap(
        ({ name, version, fixVersion }) =>
          namesOf(`QID-${qid}`, cveids ?? []).map(names => ({
            ...names,
            package: { name: name ?? '', version: version ?? '' },
            // Without a list of software, it is not known whether a fix exists.
            ...(software?.length ? fixesOf([fixVersion]) : { fixed: [], fix: 'unknown' as const }),
            rating: { severity: LEVELS[severity ?? 0] ?? 'unknown', isOfDistribution: false },
            isWithdrawn: saysWithdrawn(title),
          })),
      ),
    ),
  }),
});

function hasQid(vulnerabilities: unknown): boolean {
  return Array.isArray(vulnerabilities) && vulnerabilities.some(one => isObject(one) && 'qid' in one);
}
