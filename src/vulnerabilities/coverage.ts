import type { Digest } from '../oci/digest.ts';
import type { PlatformManifest, ScannableImage } from './place.ts';
import type { Finding, Report } from './report.ts';

/** A report, and the platforms of an image that it counts for. */
export interface PlacedReport {
  readonly report: Report;
  readonly platforms: readonly Digest[];
  /** The digest of the manifest or layer that it was read from. */
  readonly evidence: Digest;
  /** Who signed it. */
  readonly by: string;
}

/** Why there is no report of one platform, and what to do about it. */
export interface LackingReport {
  readonly platform: Digest;
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** The reports of an image, and what is known of those that are missing. */
export interface PlacedReports {
  readonly image: ScannableImage;
  readonly reports: readonly PlacedReport[];
  readonly lacking?: readonly LackingReport[] | undefined;
}

/** The reports that count, and for how long. */
export interface ReportPolicy {
  /** The scanners whose reports count; empty: all. */
  readonly scanners: readonly string[];
  /** In milliseconds; absent: reports of any age count. */
  readonly maxAge?: number | undefined;
  /** Whether only vulnerabilities with a fix count. */
  readonly isFixableOnly: boolean;
}

/** The reports and findings of one platform. */
export interface PlatformCoverage extends PlatformManifest {
  /** The reports that count, each the newest of its scanner. */
  readonly reports: readonly PlacedReport[];
  /** Why it does not count as scanned; absent: it does. */
  readonly gap?: string | undefined;
  /** Where there is no report: what is known about that. */
  readonly lacking: readonly LackingReport[];
  readonly findings: readonly Finding[];
}

/**
 * Chooses each scanner's newest reports of each platform; reports with the same time all count. A report from
 * the future is ignored. A failed report, or one without a time, proves nothing, but its findings count.
 */
export function coverageOf(
  { image, reports: placed, lacking = [] }: PlacedReports,
  policy: ReportPolicy,
  now: Date,
): readonly PlatformCoverage[] {
  const { scanners } = policy;
  const counting = placed.filter(
    ({ report: { scanner, time } }) =>
      (scanners.length === 0 || scanners.includes(scanner)) && (time === undefined || time <= now),
  );
  return image.platforms.map(platform => {
    const own = counting.filter(({ platforms }) => platforms.includes(platform.digest));
    const byScanner = [...Map.groupBy(own, ({ report }) => report.scanner).values()];
    const reports = byScanner.flatMap(newest);
    // If the newest scan failed, the findings of the one before still count.
    const before = byScanner.flatMap(of => newest(of.filter(({ report }) => report.flaw === undefined)));
    const looked = [...new Set([...reports, ...before, ...own.filter(({ report }) => !report.time)])];
    const absent = reports.length > 0 ? [] : lacking.filter(one => one.platform === platform.digest);
    return {
      ...platform,
      reports,
      gap: reports.length > 0 ? gapOf(reports, policy, now) : absenceOf(absent),
      lacking: absent,
      findings: looked.flatMap(({ report }) => report.findings),
    };
  });
}

function newest(reports: readonly PlacedReport[]): readonly PlacedReport[] {
  const latest = Math.max(...reports.map(timeOf));
  return reports.filter(one => timeOf(one) === latest);
}

function timeOf({ report }: PlacedReport): number {
  return report.time?.getTime() ?? Number.NEGATIVE_INFINITY;
}

function absenceOf(lacking: readonly LackingReport[]): string {
  const reasons = new Set(lacking.map(({ reason }) => reason));
  return ['no report that counts', ...reasons].join('; ');
}

/** Why none of the reports covers the image; `undefined` if one does. */
function gapOf(reports: readonly PlacedReport[], policy: ReportPolicy, now: Date): string | undefined {
  const gaps = reports.map(({ report }) => lackOf(report, policy, now));
  return gaps.includes(undefined) ? undefined : [...new Set(gaps)].join('; ');
}

function lackOf(
  { scanner, flaw, time, isFixableOnly }: Report,
  { maxAge, isFixableOnly: isWanted }: ReportPolicy,
  now: Date,
): string | undefined {
  const of = `the report of ${scanner}`;
  if (flaw !== undefined) return `${of} does not show what is in it: ${flaw}`;
  if (isFixableOnly && !isWanted) return `${of} left out what has no fix`;
  if (time === undefined) return `${of} has no time`;
  if (maxAge !== undefined && now.getTime() - time.getTime() > maxAge)
    return `${of} is of ${time.toISOString().slice(0, 16)}Z, and too old`;
  return undefined;
}
