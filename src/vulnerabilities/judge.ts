import type { Digest } from '../oci/digest.ts';
import { coverageOf, type PlacedReports, type PlatformCoverage, type ReportPolicy } from './coverage.ts';
import { joinFindings } from './join.ts';
import type { Finding } from './report.ts';
import { rankOf, type Severity } from './severity.ts';
import type { AttachedVex, VexStatement } from './vex/statement.ts';
import { type VexImage, vexStatus } from './vex/vex.ts';

/** A vulnerability that is allowed for a while, and who is responsible. */
export interface Exception {
  readonly id: string;
  /** Absent: it applies to any image. */
  readonly image?: string | undefined;
  /** Absent: it applies to any package. */
  readonly package?: string | undefined;
  /** Its last day, in UTC. */
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
}

/** The vulnerabilities that an image may have. */
export interface VulnerabilityPolicy extends ReportPolicy {
  readonly max: 'none' | Exclude<Severity, 'negligible' | 'unknown'>;
  /** Whether a vulnerability of unknown severity is allowed. */
  readonly allowsUnknown: boolean;
  readonly exceptions: readonly Exception[];
  /** Whether known exploited vulnerabilities close the gate, whatever their severity. */
  readonly deniesExploited: boolean;
  /** The probability of exploitation from which a vulnerability closes the gate. */
  readonly epss?: number | undefined;
}

/** Data besides the reports. */
export interface VulnerabilityData {
  readonly vex: readonly VexStatement[];
  readonly exploited: ReadonlySet<string>;
  readonly probabilities: ReadonlyMap<string, number>;
}

/** An image's reports. */
export interface ImageScans extends PlacedReports, Pick<VexImage, 'repositories'> {
  /** The VEX that is attached to the image. */
  readonly vex?: readonly AttachedVex[] | undefined;
  /** Sentences about unreadable attestations that may be reports that count. */
  readonly unread: readonly string[];
}

/** A vulnerability, and whether it closes the gate. */
export interface JudgedFinding extends Finding {
  readonly isExploited: boolean;
  readonly probability?: number | undefined;
  /** The exception or VEX statement that covers it. */
  readonly coveredBy?: Exception | 'vex' | undefined;
  /** Whether it closes the gate. */
  readonly isOver: boolean;
  /** The manifests of the platforms that have it. */
  readonly in: readonly Digest[];
}

/** The result of an image's reports under the policy. */
export interface Judgement {
  readonly platforms: readonly PlatformCoverage[];
  /** Known exploited ones first, then the most severe first; withdrawn ones are left out. */
  readonly findings: readonly JudgedFinding[];
  /** The exceptions that cover a finding and end within two weeks. */
  readonly ending: readonly Exception[];
  /** Expired exceptions for the image that would cover a finding. */
  readonly ended: readonly Exception[];
}

const DAY = 24 * 60 * 60 * 1000;
const ANNOUNCED = 14 * DAY;

/** Judges an image by its reports, at the given time. */
export function judgeScans(
  name: string,
  { repositories, vex = [], ...placed }: ImageScans,
  policy: VulnerabilityPolicy,
  data: VulnerabilityData,
  now: Date,
): Judgement {
  const { image } = placed;
  const platforms = coverageOf(placed, policy, now);
  const own = policy.exceptions.filter(one => one.image === undefined || one.image === name);
  const valid = own.filter(one => now.getTime() < endOf(one));
  const judged = platforms.flatMap(({ digest, findings }) => {
    const at = { repositories, digests: [...new Set([image.digest, digest])] };
    const attached = vex.filter(({ subject }) => at.digests.includes(subject));
    const stated = [...data.vex, ...attached.flatMap(({ statements }) => statements)];
    const known = { ...data, vex: stated };
    return joinFindings(findings)
      .filter(({ isWithdrawn }) => !isWithdrawn)
      .map(finding => judgeFinding(finding, digest, { policy, data: known, valid, at, now }));
  });
  const findings = togetherOf(judged).toSorted(byGravity);
  const used = new Set(findings.map(({ coveredBy }) => coveredBy));
  return {
    platforms,
    findings,
    ending: valid.filter(one => used.has(one) && endOf(one) - now.getTime() <= ANNOUNCED),
    ended: own.filter(
      one => !valid.includes(one) && findings.some(found => found.isOver && covers(one, found)),
    ),
  };
}

/** The end of an exception, which is the end of its last day in UTC. */
function endOf({ until }: Exception): number {
  return Date.parse(`${until}T00:00:00Z`) + DAY;
}

interface Judging {
  readonly policy: VulnerabilityPolicy;
  readonly data: VulnerabilityData;
  readonly valid: readonly Exception[];
  readonly at: VexImage;
  readonly now: Date;
}

function judgeFinding(
  finding: Finding,
  digest: Digest,
  { policy, data, valid, at, now }: Judging,
): JudgedFinding {
  const names = [finding.id, ...finding.aliases];
  const isExploited = names.some(id => data.exploited.has(id));
  const probabilities = names.flatMap(id => data.probabilities.get(id) ?? []);
  const probability = probabilities.length === 0 ? undefined : Math.max(...probabilities);
  const isDenied =
    (policy.deniesExploited && isExploited) ||
    (policy.epss !== undefined && (probability ?? 0) >= policy.epss);
  const isTooGrave = isOverMax(finding.rating.severity, policy);
  const isLookedAt = !policy.isFixableOnly || finding.fix !== 'no';
  const isOver = isDenied || (isTooGrave && isLookedAt);
  const coveredBy = isOver ? coverOf(finding, { valid, data, at, now }) : undefined;
  return {
    ...finding,
    isExploited,
    probability,
    coveredBy,
    isOver: isOver && coveredBy === undefined,
    in: [digest],
  };
}

/** Whether the severity alone closes the gate. */
export function isOverMax(
  severity: Severity,
  { max, allowsUnknown }: Pick<VulnerabilityPolicy, 'max' | 'allowsUnknown'>,
): boolean {
  if (severity === 'unknown') return !allowsUnknown;
  return max === 'none' || rankOf(severity) > rankOf(max);
}

function coverOf(
  finding: Finding,
  { valid, data, at, now }: Omit<Judging, 'policy'>,
): JudgedFinding['coveredBy'] {
  const status = vexStatus(data.vex, finding, at, now);
  if (status === 'not_affected' || status === 'fixed') return 'vex';
  // Of several exceptions, the one that ends last counts.
  return valid.filter(one => covers(one, finding)).toSorted((a, b) => endOf(b) - endOf(a))[0];
}

function covers({ id, package: name }: Exception, finding: Finding): boolean {
  const names = [finding.id, ...finding.aliases, ...finding.advisories];
  return names.includes(id) && (name === undefined || name === finding.package.name);
}

/** Joins a vulnerability of several platforms. It is covered only if it is covered in each of them. */
function togetherOf(judged: readonly JudgedFinding[]): readonly JudgedFinding[] {
  const same = Map.groupBy(judged, ({ id, package: { name, version } }) => `${id}\n${name}\n${version}`);
  return [...same.values()].flatMap(of => {
    const worst = of.find(({ isOver }) => isOver) ?? of[0];
    return worst === undefined ? [] : [{ ...worst, in: of.flatMap(one => one.in) }];
  });
}

function byGravity(left: JudgedFinding, right: JudgedFinding): number {
  return (
    Number(right.isExploited) - Number(left.isExploited) ||
    rankOf(right.rating.severity) - rankOf(left.rating.severity) ||
    (left.id < right.id ? -1 : Number(left.id > right.id))
  );
}
