import type { Digest } from '../oci/digest.ts';
import { findingKeys } from './compare-scans.ts';
import type { PlacedReport } from './coverage.ts';
import type { Finding } from './report.ts';

/** A package that has another version in another base, or is not there. */
interface ChangedPackage {
  readonly name: string;
  /** Absent: the other base lacks the package. */
  readonly to?: string | undefined;
}

/** Another image or a rebuild that may remove vulnerabilities of an image. */
export type Cure =
  | {
      readonly kind: 'image';
      /** The environment that pins the other image, or `build`. */
      readonly where: string;
      readonly tag?: string | undefined;
      readonly digest: Digest;
      readonly outcome:
        | { readonly kind: 'compared'; readonly gone: ReadonlySet<string>; readonly fresh: number }
        | { readonly kind: 'unknown'; readonly reason: string };
    }
  | {
      readonly kind: 'base';
      readonly base: string;
      readonly digest: Digest;
      /** Packages that differ in the newer base; absent: that is not known. */
      readonly packages?: readonly ChangedPackage[] | undefined;
    };

/** Whether a cure removes a vulnerability. `maybe`: it changes the affected package, or is not scanned. */
export function cures(cure: Cure, finding: Finding): 'yes' | 'maybe' | 'no' {
  if (cure.kind === 'image') {
    if (cure.outcome.kind === 'unknown') return 'maybe';
    const { gone } = cure.outcome;
    return findingKeys(finding).some(key => gone.has(key)) ? 'yes' : 'no';
  }
  if (cure.packages === undefined) return 'maybe';
  const changed = cure.packages.filter(({ name }) => name === finding.package.name);
  if (changed.length === 0) return 'no';
  const isAway = changed.every(
    ({ to }) => to === undefined || to.split(', ').every(version => finding.fixed.includes(version)),
  );
  return isAway ? 'yes' : 'maybe';
}

/** When each vulnerability was first reported in an image, by its keys. */
export function firstReports(reports: readonly PlacedReport[]): ReadonlyMap<string, Date> {
  const first = new Map<string, Date>();
  for (const { report } of reports) {
    const { time } = report;
    if (time === undefined) continue;
    for (const key of report.findings.flatMap(findingKeys)) {
      const known = first.get(key);
      if (known === undefined || time < known) first.set(key, time);
    }
  }
  return first;
}

/** The earliest time at which a vulnerability was reported under one of its names. */
export function firstReported(finding: Finding, first: ReadonlyMap<string, Date>): Date | undefined {
  const times = findingKeys(finding).flatMap(key => first.get(key) ?? []);
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0];
}
