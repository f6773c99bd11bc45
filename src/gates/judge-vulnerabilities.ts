import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import {
  type Exception,
  type ImageScans,
  isOverMax,
  type JudgedFinding,
  type Judgement,
  judgeScans,
  type VulnerabilityData,
} from '../vulnerabilities/judge.ts';
import { SEVERITIES } from '../vulnerabilities/severity.ts';

/** What the gate of vulnerabilities says of an image, and the digests of what it was read from. */
export type ScanAnswer =
  | { readonly kind: 'open'; readonly reason: string; readonly evidence: readonly Digest[] }
  | {
      readonly kind: 'closed';
      readonly reason: string;
      readonly hint: string;
      readonly evidence: readonly Digest[];
    };

/** What is known besides an image's reports; `hint` says what to do where a report is lacking. */
interface Known {
  readonly data: VulnerabilityData;
  /** The lists' digests. */
  readonly evidence: readonly Digest[];
  readonly now: Date;
  readonly hint: string;
}

/** Judges an image's reports; loaded where there is such a gate. */
export function answerScans(
  image: string,
  found: ImageScans,
  gate: VulnerabilityGate,
  { data, evidence: lists, now, hint }: Known,
): ScanAnswer {
  const judged = judgeScans(image, found, gate, data, now);
  const attached = (found.vex ?? []).map(one => one.evidence);
  const evidence = evidenceOf(judged, [...lists, ...attached]);
  const gaps = gate.isRequired ? gapsOf(judged, found.unread) : [];
  const over = judged.findings.filter(({ isOver }) => isOver);
  if (over.length > 0) {
    const reason = [overText(over, gate), ...endedTexts(judged), ...gaps].join('; ');
    return { ...closed(reason, CURE), evidence };
  }
  if (gaps.length > 0) return { ...closed(gaps.join('; '), hintOf(judged) ?? hint), evidence };
  return { kind: 'open', reason: openText(judged, gate, found.unread), evidence };
}

const CURE =
  'promote a build without them, or state in VEX or `gates.vulnerabilities.except` why they may pass';
const MOST_NAMED = 5;

function closed(reason: string, hint: string) {
  return { kind: 'closed', reason, hint } as const;
}

function evidenceOf({ platforms }: Judgement, lists: readonly Digest[]): readonly Digest[] {
  return [...new Set([...platforms.flatMap(({ reports }) => reports.map(one => one.evidence)), ...lists])];
}

/** What to do about a report that a service does not have, by the service itself. */
function hintOf({ platforms }: Judgement): string | undefined {
  const hints = new Set(platforms.flatMap(({ lacking }) => lacking.flatMap(one => one.hint ?? [])));
  return hints.size === 0 ? undefined : [...hints].join(', or ');
}

function gapsOf({ platforms }: Judgement, unread: readonly string[]): readonly string[] {
  if (platforms.length === 0) return ['it has no platform that could be scanned'];
  const gaps = platforms.flatMap(({ digest, platform, gap }) =>
    gap === undefined ? [] : `${platform ?? shortDigest(digest)}: ${gap}`,
  );
  return [...gaps, ...new Set(unread)];
}

/** `1 critical, 2 high above medium: CVE-2026-1 (exploited; libssl3 3.0.1, fixed in 3.0.2), …, and 3 more`. */
function overText(over: readonly JudgedFinding[], gate: VulnerabilityGate): string {
  const named = over.slice(0, MOST_NAMED).map(findingText);
  const more = over.length > MOST_NAMED ? [`and ${over.length - MOST_NAMED} more`] : [];
  return `${countsText(over)}, where ${limitText(over, gate)} is let through: ${[...named, ...more].join(', ')}`;
}

/** What passes: also by exploitation, where that alone keeps one of them out. */
function limitText(over: readonly JudgedFinding[], gate: VulnerabilityGate): string {
  const { max, deniesExploited, epss } = gate;
  const mild = over.filter(({ rating }) => !isOverMax(rating.severity, gate));
  const isExploited = deniesExploited && mild.some(one => one.isExploited);
  const isLikely = epss !== undefined && mild.some(({ probability = 0 }) => probability >= epss);
  return [
    max === 'none' ? 'none' : `at most ${max}`,
    ...(isExploited ? ['nothing exploited'] : []),
    ...(isLikely ? [`only an EPSS below ${epss}`] : []),
  ].join(' and ');
}

/** How many there are of each severity, the gravest first. */
function countsText(findings: readonly Pick<JudgedFinding, 'rating'>[]): string {
  const counts = SEVERITIES.toReversed().flatMap(severity => {
    const count = findings.filter(({ rating }) => rating.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}`;
  });
  return counts.length === 0 ? 'none' : counts.join(', ');
}

function findingText({
  id,
  isExploited,
  probability,
  package: { name, version },
  fixed,
  fix,
}: JudgedFinding): string {
  const about = [
    ...(isExploited ? ['exploited'] : []),
    ...(probability !== undefined && probability >= 0.1 ? [`EPSS ${probability.toFixed(2)}`] : []),
    `${name} ${version}`.trim(),
    ...(fixed.length > 0 ? [`fixed in ${fixed.join(' or ')}`] : fix === 'no' ? ['no fix'] : []),
  ].filter(part => part !== '');
  return about.length === 0 ? id : `${id} (${about.join('; ')})`;
}

function openText(judged: Judgement, { max }: VulnerabilityGate, unread: readonly string[]): string {
  const { platforms, findings, ending } = judged;
  const scanned = platforms.filter(({ gap }) => gap === undefined);
  const unknown = unknownTexts(judged, unread);
  if (scanned.length === 0) return ['no report is required', ...unknown].join('; ');
  const scanners = [
    ...new Set(scanned.flatMap(({ reports }) => reports.map(({ report }) => report.scanner))),
  ];
  const times = scanned.flatMap(({ reports }) => reports.flatMap(({ report }) => report.time ?? []));
  const oldest = times.toSorted((a, b) => a.getTime() - b.getTime())[0];
  const covered = findings.filter(({ coveredBy }) => coveredBy !== undefined).length;
  return [
    `${max === 'none' ? 'none' : `none above ${max}`} by ${scanners.join(' and ')}${oldest === undefined ? '' : ` at ${oldest.toISOString().slice(0, 16)}Z`}`,
    ...(findings.length === covered
      ? []
      : [`let through: ${countsText(findings.filter(one => one.coveredBy === undefined))}`]),
    ...(covered === 0 ? [] : [`${covered} covered by an exception or VEX`]),
    ...ending.map(one => `${exceptionText(one)} ends with ${one.until}`),
    ...unknown,
  ].join('; ');
}

/** What is not known if no report is required. A report that says nothing is not a missing report. */
function unknownTexts({ platforms }: Judgement, unread: readonly string[]): readonly string[] {
  const gaps = platforms.flatMap(({ digest, platform, gap, reports, lacking }) => {
    if (gap === undefined) return [];
    const absence = ['not scanned', ...new Set(lacking.map(({ reason }) => reason))].join('; ');
    const lack = reports.length === 0 ? absence : gap;
    return platforms.length === 1 ? lack : `${platform ?? shortDigest(digest)}: ${lack}`;
  });
  return [...gaps, ...new Set(unread)];
}

function endedTexts({ ended }: Judgement): readonly string[] {
  return ended.map(one => `${exceptionText(one)} ended with ${one.until}`);
}

function exceptionText({ id, owner }: Exception): string {
  return `the exception for ${id} (${owner})`;
}
