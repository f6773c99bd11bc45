import type { VulnerabilityGate } from '../environments/gates/vulnerabilities.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import type { Exception, JudgedFinding, Judgement } from '../vulnerabilities/judge.ts';
import { SEVERITIES } from '../vulnerabilities/severity.ts';
import type { Gate } from './gate.ts';

/** Open if scan reports of every platform show nothing graver than is let through. */
export const vulnerabilitiesGate: Gate = {
  onRollback: 'warns',
  needs: (_, { gates: { vulnerabilities } }) =>
    vulnerabilities === undefined ? [] : [{ kind: 'scans', gate: vulnerabilities }],
  judge: ({ image, source }, { scans, scanData, now }, { gates: { vulnerabilities: gate } }) => {
    if (gate === undefined) return undefined;
    if (scanData.kind === 'unreadable') {
      return closed(scanData.reason, 'correct it, or take it out of `gates.vulnerabilities.data`');
    }
    const found = scans.get(image);
    const signers = 'by one of `gates.vulnerabilities.signers`';
    const where = `have ${source.repository} scanned, and the report attached ${signers}`;
    if (found === undefined || scanData.kind === 'none')
      return closed('no scan report was looked for', where);
    const judged = scanData.judge(image, found, gate, scanData.data, now);
    const attached = (found.vex ?? []).map(one => one.evidence);
    const evidence = evidenceOf(judged, [...scanData.evidence, ...attached]);
    const gaps = gate.isRequired ? gapsOf(judged, found.unread) : [];
    const over = judged.findings.filter(({ isOver }) => isOver);
    if (over.length > 0) {
      const reason = [overText(over, gate), ...endedTexts(judged), ...gaps].join('; ');
      return { ...closed(reason, CURE), evidence };
    }
    if (gaps.length > 0) return { ...closed(gaps.join('; '), where), evidence };
    return { kind: 'open', gate: NAME, reason: openText(judged, gate, found.unread), evidence };
  },
};

const NAME = 'vulnerabilities';
const CURE =
  'promote a build without them, or state in VEX or `gates.vulnerabilities.except` why they may pass';
const MOST_NAMED = 5;

function closed(reason: string, hint: string) {
  return { kind: 'closed', gate: NAME, reason, hint } as const;
}

function evidenceOf({ platforms }: Judgement, lists: readonly Digest[]): readonly Digest[] {
  return [...new Set([...platforms.flatMap(({ reports }) => reports.map(one => one.evidence)), ...lists])];
}

function gapsOf({ platforms }: Judgement, unread: readonly string[]): readonly string[] {
  if (platforms.length === 0) return ['it has no platform that could be scanned'];
  const gaps = platforms.flatMap(({ digest, platform, gap }) =>
    gap === undefined ? [] : `${platform ?? shortDigest(digest)}: ${gap}`,
  );
  return [...gaps, ...new Set(unread)];
}

/** `1 critical, 2 high above medium: CVE-2026-1 (exploited; libssl3 3.0.1, fixed in 3.0.2), …, and 3 more`. */
function overText(over: readonly JudgedFinding[], { max }: VulnerabilityGate): string {
  const named = over.slice(0, MOST_NAMED).map(findingText);
  const more = over.length > MOST_NAMED ? [`and ${over.length - MOST_NAMED} more`] : [];
  return `${countsText(over)}, where ${max === 'none' ? 'none' : `at most ${max}`} is let through: ${[...named, ...more].join(', ')}`;
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

/** What is not known where no report is required; a report that is there and says nothing is not an absent one. */
function unknownTexts({ platforms }: Judgement, unread: readonly string[]): readonly string[] {
  const gaps = platforms.flatMap(({ digest, platform, gap, reports }) => {
    if (gap === undefined) return [];
    const lack = reports.length === 0 ? 'not scanned' : gap;
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
