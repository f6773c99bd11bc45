import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Survey, SurveyedEnvironment, SurveyedFinding, SurveyedImage } from './survey.ts';

const UNKNOWN = {
  id: 'not-scanned',
  shortDescription: { text: 'An image runs that no report which counts shows as a whole.' },
  defaultConfiguration: { level: 'warning' },
} as const satisfies ReportingDescriptor;

/** The score for code scanning's order: the middle of each severity's range. */
const SCORES = { negligible: 0.1, low: 2, medium: 5, high: 8, critical: 9.5, unknown: 5 } as const;

/**
 * The survey as SARIF 2.1.0, for code scanning, with a result for each vulnerability at each pin of its
 * image. Exceptions and VEX suppress a result. Vulnerabilities that the gate allows are left out.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function surveySarif({ environments }: Survey, version: string): Log {
  const rules = new Map<string, ReportingDescriptor>([[UNKNOWN.id, UNKNOWN]]);
  const results = environments.flatMap(environment =>
    environment.images.flatMap(image => [
      ...image.gaps.map(gap =>
        resultOf(image, UNKNOWN.id, {
          level: 'warning',
          message: { text: `${environment.name} runs ${nameOf(image)}: ${gap}` },
        }),
      ),
      ...shownOf(image).map(finding => {
        addRule(rules, finding);
        return findingResult(environment, image, finding);
      }),
    ]),
  );
  const list = [...rules.values()];
  const indexes = new Map(list.map(({ id }, index) => [id, index]));
  const indexed = results
    .flat()
    .map(result => ({ ...result, ruleIndex: indexes.get(result.ruleId ?? '') ?? 0 }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'promote', version, rules: list } },
        // If something could not be read, the results are incomplete.
        invocations: [{ executionSuccessful: environments.every(({ failures }) => failures.length === 0) }],
        columnKind: 'utf16CodeUnits',
        results: indexed,
      },
    ],
  };
}

function shownOf(image: SurveyedImage): readonly SurveyedFinding[] {
  return image.findings.filter(({ isOver, coveredBy }) => isOver || coveredBy !== undefined);
}

function addRule(
  rules: Map<string, ReportingDescriptor>,
  { id, rating, isExploited }: SurveyedFinding,
): void {
  const score = isExploited ? 10 : SCORES[rating.severity];
  const known = rules.get(id)?.properties?.['security-severity'];
  if (known !== undefined && Number(known) >= score) return;
  rules.set(id, {
    id,
    shortDescription: { text: isExploited ? `${id}, which is exploited` : id },
    properties: { 'security-severity': score.toFixed(1), tags: ['security', 'vulnerability'] },
  });
}

function findingResult(
  environment: SurveyedEnvironment,
  image: SurveyedImage,
  finding: SurveyedFinding,
): readonly Result[] {
  const { id, rating, isExploited, package: affected, fixed, coveredBy } = finding;
  const fix = fixed.length > 0 ? `fixed in ${fixed.join(' or ')}` : finding.fix === 'no' ? 'no fix' : '';
  const about = [`${affected.name} ${affected.version}`.trim(), fix].filter(Boolean).join(', ');
  const isGrave = isExploited || rating.severity === 'critical' || rating.severity === 'high';
  const justification =
    coveredBy === undefined
      ? undefined
      : coveredBy === 'vex'
        ? 'a statement of VEX'
        : `${coveredBy.reason} (${coveredBy.owner}, until ${coveredBy.until})`;
  return resultOf(image, id, {
    level: isGrave
      ? 'error'
      : rating.severity === 'low' || rating.severity === 'negligible'
        ? 'note'
        : 'warning',
    message: {
      text: `${environment.name} runs ${nameOf(image)} with ${isExploited ? 'the exploited ' : ''}${id} (${rating.severity}; ${about})`,
    },
    ...(justification === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification }] }),
    partialFingerprints: {
      'promoteVulnerability/v1': [environment.name, image.image, id, affected.name].join('/'),
    },
  });
}

/** A result at each pin of the image. */
function resultOf(
  { places }: SurveyedImage,
  ruleId: string,
  result: Omit<Result, 'ruleId' | 'locations'>,
): readonly Result[] {
  return places.map(({ file, line }) => ({
    ...result,
    ruleId,
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line },
        },
      },
    ],
  }));
}

function nameOf({ image, tag, digest }: SurveyedImage): string {
  return [image, tag, digest.slice(0, 19)].filter(Boolean).join(' ');
}
