import pLimit from 'p-limit';
import type { Environments } from '../../environments/environments.ts';
import type { VulnerabilityGate } from '../../environments/gates/vulnerabilities.ts';
import { environmentNamed } from '../../environments/locate.ts';
import { PromoteError } from '../../errors.ts';
import { readScanData } from '../../facts/read-scans.ts';
import type { ScanData } from '../../gates/facts.ts';
import type { Digest } from '../../oci/digest.ts';
import type { BaseState } from '../../reports/deployed.ts';
import type { Survey, SurveyedEnvironment, SurveyedImage } from '../../reports/vulnerabilities/survey.ts';
import { contain } from '../../run/contain.ts';
import type { Effects } from '../../run/effects.ts';
import { remember } from '../../run/remember.ts';
import { type Cure, firstReported, firstReports } from '../../vulnerabilities/cure.ts';
import { judgeScans } from '../../vulnerabilities/judge.ts';
import { deployedBases } from '../refresh/deployed.ts';
import { newerImages, type ReadBefore, readingBefore } from './newer-images.ts';
import { type PinnedImage, readPinned, type Surveying } from './pinned.ts';
import { readPinnedScans } from './pinned-scans.ts';

/** Images that are judged at a time; their large reports are not kept. */
const AT_ONCE = 8;

/**
 * Judges what environments run by today's reports, as their gate `vulnerabilities` would. Without names, all
 * environments are judged. Throws `CONFIGURATION` if a named one has no such gate.
 */
export async function surveyVulnerabilities(
  given: Effects,
  environments: Environments,
  names: readonly string[],
): Promise<Survey> {
  const { effects } = remember(given);
  const named = names.map(name => environmentNamed(environments, name));
  for (const { name, gates } of named) if (gates.vulnerabilities === undefined) throw withoutGate(name);
  const wanted = named.length > 0 ? [...new Set(named)] : environments.environments;
  if (wanted.every(({ gates }) => gates.vulnerabilities === undefined)) throw withoutGate(undefined);
  const before = readingBefore({ effects, environments });
  const surveyed: SurveyedEnvironment[] = [];
  // Environments are judged one by one, since each has many large reports.
  for (const environment of wanted)
    surveyed.push(await surveyOne({ effects, environments, environment }, before));
  return { environments: await withBases(effects, environments, surveyed) };
}

function withoutGate(name: string | undefined): PromoteError {
  const message = name === undefined ? 'no environment has' : `${name} has`;
  const lack = name === undefined ? 'a gate `vulnerabilities`' : 'no gate `vulnerabilities`';
  return new PromoteError(
    'CONFIGURATION',
    `vulnerabilities: ${message} ${lack}, so nobody's scan reports count`,
    {
      hint: 'add `gates: { vulnerabilities: { max: critical, report: optional, signers: { key: scanner.pub } } }` to the environment, with the key that signs your reports',
    },
  );
}

async function surveyOne(at: Surveying, before: ReadBefore): Promise<SurveyedEnvironment> {
  const { name, gates } = at.environment;
  const gate = gates.vulnerabilities;
  const start = { name, max: gate?.max, knowsExploited: gate?.data.kev !== undefined };
  if (gate === undefined) return { ...start, images: [], failures: [] };
  const read = await contain(async () => {
    const pinned = await readPinned(at);
    return { ...pinned, data: await readScanData({ environment: at.environment, files: pinned.files }) };
  });
  if (read.kind === 'failed') return { ...start, images: [], failures: [read.error] };
  const { files, images, gaps, data } = read.value;
  const { repository, head } = files;
  const base = { repository: repository.name, branch: head.branch, commit: head.commit };
  if (data.kind !== 'read') return { ...start, base, images: [], failures: [...gaps, unjudged(data)] };
  const limit = pLimit(AT_ONCE);
  const judged = await Promise.all(
    images.map(pinned => limit(() => judgePinned(at, gate, pinned, { data, before }))),
  );
  return {
    ...start,
    base,
    images: judged.map(({ image }) => image),
    failures: [...gaps, ...judged.flatMap(({ failures }) => failures)],
  };
}

function unjudged(data: Exclude<ScanData, { kind: 'read' }>): PromoteError {
  const reason =
    data.kind === 'unreadable' ? data.reason : 'the lists of `gates.vulnerabilities.data` were not read';
  return new PromoteError('INVALID', reason, {
    hint: 'correct it, or take it out of `gates.vulnerabilities.data`',
  });
}

interface Judged {
  readonly image: SurveyedImage;
  readonly failures: readonly PromoteError[];
}

async function judgePinned(
  at: Surveying,
  gate: VulnerabilityGate,
  pinned: PinnedImage,
  { data, before }: { readonly data: Extract<ScanData, { kind: 'read' }>; readonly before: ReadBefore },
): Promise<Judged> {
  const { repositories: _, ...about } = pinned;
  const unread = { ...about, scanners: [], findings: [], ended: [], cures: [] };
  const read = await contain(() => readPinnedScans(at, gate, pinned));
  if (read.kind === 'failed')
    return { image: { ...unread, state: 'unread', gaps: [read.error.message] }, failures: [read.error] };
  const { scans, failures } = read.value;
  const { platforms, findings, ended } = judgeScans(pinned.image, scans, gate, data.data, at.effects.now());
  const first = firstReports(scans.reports);
  const gaps = [
    ...(platforms.length === 0 ? ['it has no platform that could be scanned'] : []),
    ...platforms.flatMap(({ platform, digest, gap }) =>
      gap === undefined ? [] : [platforms.length === 1 ? gap : `${platform ?? digest}: ${gap}`],
    ),
    ...scans.unread,
  ];
  const isOpen = findings.some(({ isOver }) => isOver);
  const image: SurveyedImage = {
    ...about,
    state: gaps.length === 0 ? 'scanned' : 'unscanned',
    gaps: [...new Set(gaps)],
    scanners: scannersOf(platforms.flatMap(({ reports }) => reports.map(({ report }) => report))),
    findings: findings.map(finding => ({
      ...finding,
      since: laterOf(pinned.since, firstReported(finding, first)),
    })),
    ended,
    cures: isOpen ? await newerImages(at, gate, pinned, { before, scans }) : [],
  };
  return { image, failures };
}

/** Each scanner, and the time of its oldest report that counts. */
function scannersOf(reports: readonly { readonly scanner: string; readonly time?: Date | undefined }[]) {
  return [...Map.groupBy(reports, ({ scanner }) => scanner)].map(([scanner, own]) => {
    const times = own.flatMap(({ time }) => time?.getTime() ?? []);
    return { scanner, time: times.length === 0 ? undefined : new Date(Math.min(...times)) };
  });
}

/** A finding that was reported before the image was pinned has been here since the pin. */
function laterOf(pinned: Date | undefined, reported: Date | undefined): Date | undefined {
  if (pinned === undefined || reported === undefined) return undefined;
  return pinned > reported ? pinned : reported;
}

/** Adds the bases that a rebuild would use, for images that need a cure; none are known without `refresh`. */
async function withBases(
  effects: Effects,
  environments: Environments,
  surveyed: readonly SurveyedEnvironment[],
): Promise<readonly SurveyedEnvironment[]> {
  if (environments.refresh === undefined) return surveyed;
  const sick = new Set(
    surveyed.flatMap(({ name, images }) => images.filter(isSick).map(image => keyOf(name, image))),
  );
  if (sick.size === 0) return surveyed;
  const isWanted = (environment: string, image: string, digest: Digest) =>
    sick.has(keyOf(environment, { image, digest }));
  return await Promise.all(
    surveyed.map(async environment => {
      const { name, images, failures } = environment;
      if (!images.some(isSick)) return environment;
      const found = await contain(() => deployedBases(effects, environments, name, isWanted));
      // Unreadable bases make this environment's result incomplete, so the error is added to its failures.
      if (found.kind === 'failed') return { ...environment, failures: [...failures, found.error] };
      const standings = new Map(
        found.value.map(({ image, digest, standing }) => [keyOf(name, { image, digest }), standing]),
      );
      return {
        ...environment,
        images: images.map(image => withBase(image, standings.get(keyOf(name, image)))),
      };
    }),
  );
}

function withBase(image: SurveyedImage, standing: BaseState | undefined): SurveyedImage {
  if (standing?.kind === 'unknown') return { ...image, baseUnknown: standing.reason };
  if (standing?.kind !== 'superseded') return image;
  const { base, to, packages } = standing;
  const changed = packages && [...packages.changed, ...packages.removed];
  const cure: Cure = { kind: 'base', base, digest: to, packages: changed };
  return { ...image, cures: [...image.cures, cure] };
}

function isSick({ findings }: SurveyedImage): boolean {
  return findings.some(({ isOver }) => isOver);
}

function keyOf(environment: string, { image, digest }: Pick<SurveyedImage, 'image' | 'digest'>): string {
  return `${environment}\n${image}@${digest}`;
}
