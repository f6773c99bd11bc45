import { coverageOf, type ReportPolicy } from './coverage.ts';
import { joinFindings } from './join.ts';
import type { ImageScans } from './judge.ts';
import type { Finding } from './report.ts';
import { rankOf } from './severity.ts';

/** The fixed and new vulnerabilities between two images' scan reports, or why they are not known. */
export type ScanComparison =
  | {
      readonly kind: 'compared';
      /** The most severe first, as in the other lists. */
      readonly gone: readonly Finding[];
      readonly fresh: readonly Finding[];
      readonly remaining: readonly Finding[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

type Scans = Omit<ImageScans, 'repositories'>;

/**
 * Compares the vulnerabilities of two images, each once for all platforms. A vulnerability in another version
 * of its package remains. If either image lacks a report that counts, nothing is compared. `proposed` is what the
 * second one is called.
 */
export function compareScans(
  before: Scans,
  after: Scans,
  policy: ReportPolicy,
  now: Date,
  proposed = 'the proposed image',
): ScanComparison {
  const [old, fresh] = [findingsIn(before, policy, now), findingsIn(after, policy, now)];
  if (typeof old === 'string') return { kind: 'unknown', reason: `the pinned image: ${old}` };
  if (typeof fresh === 'string') return { kind: 'unknown', reason: `${proposed}: ${fresh}` };
  const [were, are] = [namesIn(old), namesIn(fresh)];
  return {
    kind: 'compared',
    gone: old.filter(finding => !isIn(are)(finding)),
    fresh: fresh.filter(finding => !isIn(were)(finding)),
    remaining: fresh.filter(isIn(were)),
  };
}

/** The findings, or why they are not known. */
function findingsIn(scans: Scans, policy: ReportPolicy, now: Date): readonly Finding[] | string {
  const platforms = coverageOf(scans, policy, now);
  const gap = platforms.find(one => one.gap !== undefined)?.gap ?? scans.unread[0];
  if (platforms.length === 0) return 'it has no platform that could be scanned';
  if (gap !== undefined) return gap;
  return joinFindings(platforms.flatMap(({ findings }) => findings))
    .filter(({ isWithdrawn }) => !isWithdrawn)
    .toSorted(
      (one, other) => rankOf(other.rating.severity) - rankOf(one.rating.severity) || byId(one, other),
    );
}

function byId(one: Finding, other: Finding): number {
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

interface Names {
  readonly keys: ReadonlySet<string>;
  /** The names in all packages, because some reports name no package. */
  readonly ids: ReadonlySet<string>;
}

function namesIn(findings: readonly Finding[]): Names {
  const ids = findings.flatMap(({ id, aliases }) => [id, ...aliases]);
  return { keys: new Set(findings.flatMap(findingKeys)), ids: new Set(ids) };
}

/** Whether a vulnerability is in the list. If either side names no package, its name alone decides. */
function isIn({ keys, ids }: Names) {
  return (finding: Finding): boolean => {
    const own = [finding.id, ...finding.aliases];
    if (finding.package.name === '') return own.some(id => ids.has(id));
    return findingKeys(finding).some(key => keys.has(key)) || own.some(id => keys.has(`${id}\n`));
  };
}

/** The keys of a vulnerability: each of its names in its package, without the package's version. */
export function findingKeys({ id, aliases, package: { name } }: Finding): readonly string[] {
  return [id, ...aliases].map(one => `${one}\n${name}`);
}
