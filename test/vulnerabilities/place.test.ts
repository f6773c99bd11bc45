import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { coverageOf, type PlacedReport } from '../../src/vulnerabilities/coverage.ts';
import { placeReport, type ScannableImage } from '../../src/vulnerabilities/place.ts';
import { readDocument } from '../../src/vulnerabilities/read-report.ts';
import type { Report } from '../../src/vulnerabilities/report.ts';
import { TRIVY_CRITICAL, trivyReport } from './trivy-report.ts';

const INDEX = digestOf('index');
const AMD = { digest: digestOf('amd64'), config: digestOf('amd64 config'), platform: 'linux/amd64' };
const ARM = { digest: digestOf('arm64'), config: digestOf('arm64 config'), platform: 'linux/arm64/v8' };
const OTHER = digestOf('other');

const SEVERAL: ScannableImage = { digest: INDEX, platforms: [AMD, ARM] };
const SINGLE: ScannableImage = { digest: AMD.digest, platforms: [{ ...AMD, platform: undefined }] };

function trivy(parts: Parameters<typeof trivyReport>[0]): Report {
  const reading = readDocument(trivyReport(parts));
  if (reading.kind !== 'report') throw new Error(JSON.stringify(reading));
  return reading.report;
}

const SILENT: Report = { format: 'x', scanner: 'x', digests: [], findings: [] };

describe('a report counts', () => {
  it.each<[string, Report, typeof INDEX | undefined, ScannableImage, readonly (typeof INDEX)[] | RegExp]>([
    ['for the image that it names', trivy({ manifest: AMD.digest }), undefined, SINGLE, [AMD.digest]],
    ['by the config', trivy({ config: ARM.config }), undefined, SEVERAL, [ARM.digest]],
    [
      'by the config, whatever manifest a daemon made',
      trivy({ manifest: OTHER, config: AMD.config }),
      undefined,
      SEVERAL,
      [AMD.digest],
    ],
    [
      'for one platform of the index that it names',
      trivy({ manifest: INDEX }),
      undefined,
      SEVERAL,
      [AMD.digest],
    ],
    [
      'for the platform without its variant',
      trivy({ manifest: INDEX, architecture: 'arm64' }),
      undefined,
      SEVERAL,
      [ARM.digest],
    ],
    [
      'not for a platform that is not there',
      trivy({ manifest: INDEX, architecture: 's390x' }),
      undefined,
      SEVERAL,
      /which platform/,
    ],
    ['not for another image', trivy({ manifest: OTHER }), undefined, SEVERAL, /another image/],
    [
      'not for another image, though signed for this',
      trivy({ manifest: OTHER }),
      INDEX,
      SEVERAL,
      /another image/,
    ],
    ['not where it names none, as a file', SILENT, undefined, SEVERAL, /only inside a signed attestation/],
    ['not where it names none, signed for an index', SILENT, INDEX, SEVERAL, /which platform/],
    ['where it names none, signed for a platform', SILENT, ARM.digest, SEVERAL, [ARM.digest]],
    ['where it names none, signed for the only platform', SILENT, AMD.digest, SINGLE, [AMD.digest]],
    [
      'not for a platform that it was not made of',
      trivy({ config: AMD.config }),
      ARM.digest,
      SEVERAL,
      /another platform/,
    ],
    [
      'not for a platform, made of another of the index',
      trivy({ manifest: INDEX }),
      ARM.digest,
      SEVERAL,
      /another platform/,
    ],
    ['not signed for another image', SILENT, OTHER, SEVERAL, /another image/],
  ])('%s', (_, report, subject, image, expected) => {
    const placed = placeReport(report, subject, image);
    if (expected instanceof RegExp)
      expect(placed).toMatchObject({ kind: 'refused', reason: expect.stringMatching(expected) });
    else expect(placed).toEqual({ kind: 'placed', platforms: expected });
  });
});

const NOW = new Date('2026-11-21T09:00:00Z');
const POLICY = { scanners: [], isFixableOnly: false };

function placed(report: Report, name = 'evidence'): PlacedReport {
  return { report, platforms: [AMD.digest], evidence: digestOf(name), by: 'key 0123' };
}

function clean(created: string, more: Partial<Report> = {}): PlacedReport {
  return placed({ ...trivy({ created, vulnerabilities: [] }), ...more });
}

function grave(created: string, more: Partial<Report> = {}): PlacedReport {
  return placed({ ...trivy({ created, vulnerabilities: [TRIVY_CRITICAL] }), ...more });
}

function coverage(
  reports: readonly PlacedReport[],
  policy: Partial<typeof POLICY & { maxAge: number }> = {},
) {
  const [covered] = coverageOf({ image: SINGLE, reports }, { ...POLICY, ...policy }, NOW);
  return [covered?.gap, covered?.findings.map(({ id }) => id)];
}

describe('of several reports', () => {
  const CRITICAL = ['CVE-2026-0001'];
  const older = '2026-11-19T10:00:00Z';
  const newer = '2026-11-20T10:00:00Z';
  const future = '2026-11-22T10:00:00Z';
  const failed = { flaw: 'it failed' };

  it.each<[string, readonly PlacedReport[], unknown]>([
    ['the newest counts', [grave(older), clean(newer)], [undefined, []]],
    ['the newest counts, if it is worse', [clean(older), grave(newer)], [undefined, CRITICAL]],
    ['those of the same time both count', [grave(newer), clean(newer)], [undefined, CRITICAL]],
    ['one of a time to come is ignored', [grave(older), clean(future)], [undefined, CRITICAL]],
    ['each scanner has its say', [grave(older, { scanner: 'grype' }), clean(newer)], [undefined, CRITICAL]],
    [
      'one that failed hides nothing',
      [grave(older), clean(newer, failed)],
      [expect.stringMatching(/it failed/), CRITICAL],
    ],
    ['one scanner suffices', [clean(newer, { scanner: 'grype', ...failed }), clean(older)], [undefined, []]],
    [
      'one without a time is no scan, and its findings count',
      [grave(newer, { time: undefined })],
      [expect.stringMatching(/no time/), CRITICAL],
    ],
    [
      'one without a time is not hidden',
      [clean(newer), grave(newer, { time: undefined })],
      [undefined, CRITICAL],
    ],
    ['none is none', [], ['no report that counts', []]],
  ])('%s', (_, reports, expected) => {
    expect(coverage(reports)).toEqual(expected);
  });

  it('an old one does not count as a scan, and what it found is there', () => {
    const day = 24 * 60 * 60 * 1000;
    expect(coverage([grave(older)], { maxAge: day })).toEqual([expect.stringMatching(/too old/), CRITICAL]);
    expect(coverage([grave(older)], { maxAge: 2 * day })).toEqual([undefined, CRITICAL]);
  });

  it('only those of the named scanners count', () => {
    expect(coverage([grave(newer)], { scanners: ['grype'] as never[] })).toEqual([
      'no report that counts',
      [],
    ]);
    expect(coverage([grave(newer)], { scanners: ['trivy'] as never[] })).toEqual([undefined, CRITICAL]);
  });

  it('one that left out what has no fix counts only where nothing else is asked for', () => {
    const reports = [clean(newer, { isFixableOnly: true })];
    expect(coverage(reports)).toEqual([expect.stringMatching(/no fix/), []]);
    expect(coverage(reports, { isFixableOnly: true })).toEqual([undefined, []]);
  });

  it('each platform has its own', () => {
    const [amd, arm] = coverageOf({ image: SEVERAL, reports: [clean(newer)] }, POLICY, NOW);
    expect([amd?.gap, arm?.gap]).toEqual([undefined, 'no report that counts']);
  });
});
