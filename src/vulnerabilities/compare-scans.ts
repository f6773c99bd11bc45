import { coverageOf, type ReportPolicy } from './coverage.ts';
import { joinFindings } from './join.ts';
import type { ImageScans } from './judge.ts';
import type { Finding } from './report.ts';
import { rankOf } from './severity.ts';

/** What gets better and worse between two images by their scan reports, or why that is not known. */
export type ScanComparison =
  | {
      readonly kind: 'compared';
      /** The gravest first, as all of them. */
      readonly gone: readonly Finding[];
      readonly fresh: readonly Finding[];
      readonly remaining: readonly Finding[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

type Scans = Omit<ImageScans, 'repositories'>;

/**
 * Compares the vulnerabilities of two images, each once for all platforms. The same one in another version of its
 * package is still there. Nothing is gone that was only not looked for.
 */
export function compareScans(before: Scans, after: Scans, policy: ReportPolicy, now: Date): ScanComparison {
  const [old, fresh] = [findingsIn(before, policy, now), findingsIn(after, policy, now)];
  if (typeof old === 'string') return { kind: 'unknown', reason: `the pinned image: ${old}` };
  if (typeof fresh === 'string') return { kind: 'unknown', reason: `the proposed image: ${fresh}` };
  const [were, are] = [namesIn(old), namesIn(fresh)];
  return {
    kind: 'compared',
    gone: old.filter(finding => !isIn(are)(finding)),
    fresh: fresh.filter(finding => !isIn(were)(finding)),
    remaining: fresh.filter(isIn(were)),
  };
}

/** The findings, or why they are not known. */
function findingsIn(
  { image, reports, unread }: Scans,
  policy: ReportPolicy,
  now: Date,
): readonly Finding[] | string {
  const platforms = coverageOf(image, reports, policy, now);
  const gap = platforms.find(one => one.gap !== undefined)?.gap ?? unread[0];
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
  /** Of all, whatever the package: some reports name none. */
  readonly ids: ReadonlySet<string>;
}

function namesIn(findings: readonly Finding[]): Names {
  const ids = findings.flatMap(({ id, aliases }) => [id, ...aliases]);
  return { keys: new Set(findings.flatMap(findingKeys)), ids: new Set(ids) };
}

/** Whether a vulnerability is among the named; without a package on either side its name decides. */
function isIn({ keys, ids }: Names) {
  return (finding: Finding): boolean => {
    const own = [finding.id, ...finding.aliases];
    if (finding.package.name === '') return own.some(id => ids.has(id));
    return findingKeys(finding).some(key => keys.has(key)) || own.some(id => keys.has(`${id}\n`));
  };
}

/** What a vulnerability is found again by: each of its names in its package, whatever the package's version. */
export function findingKeys({ id, aliases, package: { name } }: Finding): readonly string[] {
  return [id, ...aliases].map(one => `${one}\n${name}`);
}
