import { type Cure, cures } from '../../vulnerabilities/cure.ts';
import type { Exception } from '../../vulnerabilities/judge.ts';
import { failureJson } from '../failure.ts';
import type { Json } from '../schemas/parts.ts';
import type { vulnerabilities } from '../schemas/vulnerabilities.ts';
import {
  byUrgency,
  isHealthy,
  isWhole,
  type KeptIssue,
  type Survey,
  type SurveyedEnvironment,
  type SurveyedFinding,
  type SurveyedImage,
} from './survey.ts';

/** A survey for programs. */
export function surveyJson(survey: Survey, issues?: readonly KeptIssue[]) {
  return {
    complete: isWhole(survey),
    healthy: isHealthy(survey),
    ...(issues && { issues: issues.map(({ url = null, ...issue }) => ({ ...issue, url })) }),
    environments: survey.environments.map(environmentJson),
  } satisfies Json<typeof vulnerabilities>;
}

function environmentJson({ name, max, knowsExploited, base, images, failures }: SurveyedEnvironment) {
  return {
    name,
    judged: max !== undefined,
    max: max ?? null,
    exploitedKnown: knowsExploited,
    base: base ?? null,
    images: byUrgency(images).map(imageJson),
    failures: failures.map(failureJson),
  };
}

function imageJson(image: SurveyedImage) {
  return {
    image: image.image,
    digest: image.digest,
    tag: image.tag ?? null,
    pins: image.places.map(({ file, line }) => `${file}:${line}`),
    pinnedSince: image.since?.toISOString() ?? null,
    state: image.state,
    gaps: image.gaps,
    reports: image.scanners.map(({ scanner, time }) => ({ scanner, time: time?.toISOString() ?? null })),
    vulnerabilities: image.findings.map(finding => findingJson(finding, image.cures)),
    endedExceptions: image.ended.map(exceptionJson),
    cures: image.cures.map(cureJson),
    ...(image.baseUnknown === undefined ? {} : { baseUnknown: image.baseUnknown }),
  };
}

function findingJson(finding: SurveyedFinding, all: readonly Cure[]) {
  const { coveredBy, isOver, package: affected } = finding;
  const isExcepted = coveredBy !== undefined && coveredBy !== 'vex';
  const state = isOver ? 'open' : isExcepted ? 'exception' : coveredBy === 'vex' ? 'vex' : 'passed';
  return {
    id: finding.id,
    aliases: finding.aliases,
    severity: finding.rating.severity,
    exploited: finding.isExploited,
    epss: finding.probability ?? null,
    package: { name: affected.name, version: affected.version },
    fixable: finding.fix,
    fixedIn: finding.fixed,
    since: finding.since?.toISOString() ?? null,
    state: state as 'open' | 'exception' | 'vex' | 'passed',
    ...(isExcepted ? { exception: exceptionJson(coveredBy) } : {}),
    platforms: finding.in,
    curedBy: all.flatMap((one, cure) => {
      const answer = isOver ? cures(one, finding) : 'no';
      return answer === 'no' ? [] : [{ cure, certain: answer === 'yes' }];
    }),
  };
}

function exceptionJson({ id, image, package: name, until, reason, owner }: Exception) {
  return {
    id,
    ...(image === undefined ? {} : { image }),
    ...(name === undefined ? {} : { package: name }),
    until,
    reason,
    owner,
  };
}

function cureJson(cure: Cure) {
  if (cure.kind === 'base') return { kind: cure.kind, base: cure.base, digest: cure.digest };
  const { kind, where, tag = null, digest, outcome } = cure;
  return {
    kind,
    where,
    tag,
    digest,
    fresh: outcome.kind === 'compared' ? outcome.fresh : null,
    ...(outcome.kind === 'unknown' ? { unknown: outcome.reason } : {}),
  };
}
