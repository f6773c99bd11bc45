import type { Log, Result } from 'sarif';
import type { Finding } from '../plan/check.ts';
import { LINT_RULES } from '../plan/lint/rules.ts';

/** The rule of findings that come from no rule of lint. */
const CHECK = {
  name: 'check',
  severity: 'warning',
  description: 'The environments file does not fit the repositories, forges and registries that it names.',
} as const;

/**
 * Findings as SARIF 2.1.0, for code scanning. A finding without a file is placed in the environments file's
 * first line, because code scanning shows only findings with a place.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(file: string, findings: readonly Finding[], version: string): Log {
  const rules = [...LINT_RULES, CHECK];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'promote',
            version,
            rules: rules.map(({ name, description, severity }) => ({
              id: name,
              shortDescription: { text: description },
              defaultConfiguration: { level: severity },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        // A passed check is left out, because it would become an alert.
        results: findings.filter(({ ok }) => !ok).map(finding => resultOf(file, finding, rules)),
      },
    ],
  };
}

function resultOf(
  file: string,
  { rule, severity, subject, message, hint, place }: Finding,
  rules: readonly { readonly name: string }[],
): Result {
  const known = rules.find(({ name }) => name === rule) ?? CHECK;
  const ruleId = known.name;
  const { line, column } = place ?? { line: 1, column: 1 };
  return {
    ruleId,
    ruleIndex: rules.findIndex(({ name }) => name === ruleId),
    level: severity,
    message: { text: `${subject}: ${message}${hint === undefined ? '' : ` (${hint})`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(place?.file ?? file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}
