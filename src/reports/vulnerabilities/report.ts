import { shortDigest } from '../../oci/digest.ts';
import { type Cure, cures } from '../../vulnerabilities/cure.ts';
import { SEVERITIES } from '../../vulnerabilities/severity.ts';
import { counted } from '../counts.ts';
import { type Block, heading, line, type Phrase, phrase, type Report, type Tone } from '../document.ts';
import { failureItem } from '../failure.ts';
import { surveyJson } from './json.ts';
import {
  byUrgency,
  coveredOf,
  type KeptIssue,
  openOf,
  type Survey,
  type SurveyedEnvironment,
  type SurveyedFinding,
  type SurveyedImage,
} from './survey.ts';

/** Reports the running images by environment, and their issues. */
export function vulnerabilitiesReport(survey: Survey, issues?: readonly KeptIssue[]): Report {
  const blocks = [
    ...surveyBlocks(survey.environments, { isLasting: false }),
    ...(issues ?? []).map(issueLine),
  ];
  return { blocks, json: surveyJson(survey, issues) };
}

const OUTCOMES = {
  opened: 'opened',
  updated: 'updated',
  reopened: 'opened again',
  closed: 'closed',
  unchanged: 'up to date',
  left: 'left as it was, since something did not answer',
  none: 'not needed',
} satisfies Record<KeptIssue['outcome'], string>;

function issueLine({ repository, outcome, url }: KeptIssue): Block {
  const tone: Tone = outcome === 'left' ? 'bad' : 'plain';
  return line(phrase(`issue of ${repository}:`), phrase(OUTCOMES[outcome], tone), phrase(url ?? ''));
}

/** The parts of a survey that are shown. */
interface Shown {
  /** Whether the text stays the same without new facts. It then omits scan times and registry answers. */
  readonly isLasting: boolean;
  /** The most named vulnerabilities of an image, and the most images of an environment; absent: all. */
  readonly most?: number | undefined;
  readonly mostImages?: number | undefined;
}

/** The blocks of the given environments. */
export function surveyBlocks(environments: readonly SurveyedEnvironment[], shown: Shown): readonly Block[] {
  return environments.flatMap(environment => environmentBlocks(environment, shown));
}

function environmentBlocks(environment: SurveyedEnvironment, shown: Shown): readonly Block[] {
  const { name, max, images, failures, knowsExploited } = environment;
  const { mostImages = Number.POSITIVE_INFINITY } = shown;
  if (max === undefined) {
    const why = "not judged: it has no gate `vulnerabilities`, so nobody's scan reports count";
    return [heading(phrase(`${name}:`), phrase(why, 'wait'))];
  }
  const sick = images.filter(image => openOf(image).length > 0).length;
  const unscanned = images.filter(({ state }) => state !== 'scanned').length;
  const allowed = max === 'none' ? 'with vulnerabilities' : `with vulnerabilities above ${max}`;
  return [
    heading(
      phrase(`${name}:`),
      phrase(`${sick} of ${counted(images.length, 'image')} ${allowed}`, sick > 0 ? 'bad' : 'plain'),
      ...(unscanned === 0 ? [] : [phrase(`(of ${unscanned} not all is known)`, 'bad')]),
    ),
    ...byUrgency(images)
      .slice(0, mostImages)
      .flatMap(image => imageBlocks(image, shown)),
    ...(images.length <= mostImages
      ? []
      : [line(phrase(`and ${counted(images.length - mostImages, 'more image')}`, 'bad'))]),
    ...(knowsExploited
      ? []
      : [line(phrase('no list says what is exploited (`gates.vulnerabilities.kev`)', 'quiet'))]),
    ...(failures.length === 0
      ? []
      : [{ kind: 'items', items: failures.map(failure => failureItem(failure)) } as const]),
  ];
}

function imageBlocks(
  image: SurveyedImage,
  { isLasting, most = Number.POSITIVE_INFINITY }: Shown,
): readonly Block[] {
  const { tag, digest, since, state, gaps, findings, ended, scanners, baseUnknown } = image;
  const [open, covered] = [openOf(image), coveredOf(image)];
  const passed = findings.length - open.length - covered.length;
  const name = [image.image, tag, shortDigest(digest)].filter(Boolean).join(' ');
  const by = scanners.map(({ scanner, time }) =>
    !isLasting && time !== undefined ? `${scanner} ${dayOf(time)}` : scanner,
  );
  const about = [
    ...(since === undefined ? [] : [`pinned since ${dayOf(since)}`]),
    ...(by.length === 0 ? [] : [`scanned by ${by.join(' and ')}`]),
  ];
  const counts = [
    ...(open.length === 0 ? [] : [openText(open)]),
    ...(covered.length === 0 ? [] : [`${covered.length} covered`]),
    ...(passed === 0 ? [] : [`${passed} let through`]),
  ];
  const said = counts.join('; ') || (state === 'scanned' ? 'none' : 'not known');
  const tone: Tone = open.length > 0 || state !== 'scanned' ? 'bad' : 'good';
  const named = [...open, ...covered];
  const head = ['vulnerability', 'severity', 'package', 'fixed in', 'known since', 'covered by', 'cured by'];
  return [
    line(
      phrase(`${name}:`),
      phrase(said, tone),
      ...(about.length === 0 ? [] : [phrase(`(${about.join(', ')})`, 'quiet')]),
    ),
    ...itemsOf([
      ...gaps.map(gap => [phrase(state === 'unread' ? 'not read:' : 'not scanned:', 'bad'), phrase(gap)]),
      ...ended.map(({ id, owner, until }) => [
        phrase(`the exception for ${id} (${owner}) ended with ${until}`, 'wait'),
      ]),
      ...image.cures.map(cure => cureItem(cure, open, isLasting)),
      ...(baseUnknown === undefined
        ? []
        : [
            [phrase('a newer base:'), phrase(isLasting ? 'not known' : `not known: ${baseUnknown}`, 'quiet')],
          ]),
    ]),
    ...(named.length === 0
      ? []
      : [{ kind: 'table', head, rows: named.slice(0, most).map(one => row(one, image.cures)) } as const]),
    ...(named.length <= most ? [] : [line(phrase(`and ${named.length - most} more`, 'quiet'))]),
  ];
}

function itemsOf(items: readonly (readonly Phrase[])[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'items', items }];
}

/** `4 open (1 exploited): 1 critical, 3 high`. */
function openText(findings: readonly SurveyedFinding[]): string {
  const exploited = findings.filter(({ isExploited }) => isExploited).length;
  const counts = SEVERITIES.toReversed().flatMap(severity => {
    const count = findings.filter(({ rating }) => rating.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}`;
  });
  return `${findings.length} open${exploited === 0 ? '' : ` (${exploited} exploited)`}: ${counts.join(', ')}`;
}

function row(finding: SurveyedFinding, all: readonly Cure[]): readonly Phrase[] {
  const { id, isExploited, rating, package: affected, fixed, fix, since, coveredBy, isOver } = finding;
  const cured = isOver
    ? all.flatMap(cure => {
        const answer = cures(cure, finding);
        return answer === 'no' ? [] : [`${placeOf(cure)}${answer === 'maybe' ? '?' : ''}`];
      })
    : [];
  const isGrave = isExploited || rating.severity === 'critical';
  return [
    phrase(isExploited ? `${id} (exploited)` : id, isOver ? 'bad' : 'quiet'),
    phrase(rating.severity, isOver && isGrave ? 'bad' : 'plain'),
    phrase(`${affected.name} ${affected.version}`.trim()),
    phrase(fixed.length > 0 ? fixed.join(' or ') : fix === 'no' ? 'no fix' : 'not said'),
    phrase(since === undefined ? '' : dayOf(since), 'quiet'),
    phrase(
      coveredBy === undefined
        ? ''
        : coveredBy === 'vex'
          ? 'VEX'
          : `exception of ${coveredBy.owner} until ${coveredBy.until}`,
    ),
    phrase(cured.join(', '), 'good'),
  ];
}

function cureItem(cure: Cure, open: readonly SurveyedFinding[], isLasting: boolean): readonly Phrase[] {
  const all = open.map(finding => cures(cure, finding));
  const [sure, maybe] = ['yes', 'maybe'].map(answer => all.filter(one => one === answer).length);
  if (cure.kind === 'image') {
    const place = cure.where === 'build' ? 'the newest build is' : `${cure.where} pins`;
    const named = `${place} ${[cure.tag, shortDigest(cure.digest)].filter(Boolean).join(' ')}:`;
    if (cure.outcome.kind === 'unknown')
      return [
        phrase(named),
        phrase(isLasting ? 'not compared' : `not compared: ${cure.outcome.reason}`, 'quiet'),
      ];
    const { fresh } = cure.outcome;
    const worse = fresh === 0 ? '' : `, with ${fresh} that this one has not`;
    return [phrase(named), phrase(`without ${sure} of ${open.length}${worse}`, sure ? 'good' : 'quiet')];
  }
  const rebuilt = phrase(`a rebuild on ${cure.base} ${shortDigest(cure.digest)}:`);
  if (cure.packages === undefined)
    return [rebuilt, phrase('what it changes is not known, since a base has no SBOM', 'quiet')];
  const may = maybe ? `, and changes packages of ${maybe}` : '';
  return [rebuilt, phrase(`without ${sure} of ${open.length}${may}`, sure ? 'good' : 'quiet')];
}

function placeOf(cure: Cure): string {
  if (cure.kind === 'base') return `a rebuild on ${cure.base}`;
  return [cure.where, cure.tag ?? shortDigest(cure.digest)].join(' ');
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
