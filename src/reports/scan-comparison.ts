import type { ScanComparison } from '../vulnerabilities/compare-scans.ts';
import type { Finding } from '../vulnerabilities/report.ts';
import { outside } from './pull-request-text.ts';

/** A row with an image's fixed and new vulnerabilities. */
export function comparisonRow(image: string, compared: ScanComparison): string {
  if (compared.kind === 'unknown')
    return `- ${outside(image)}: not compared: ${outside(compared.reason, LONGEST)}`;
  const { gone, fresh, remaining } = compared;
  const counts = `${gone.length} gone, ${fresh.length} new, ${remaining.length} still there`;
  const named = [...namedOf('new', fresh), ...namedOf('gone', gone)];
  return [`- ${outside(image)}: ${counts}`, ...named].join('; ');
}

const LONGEST = 300;

/** The most vulnerabilities that a row names; the others are counted. */
const NAMED = 5;

function namedOf(word: string, findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const names = findings.slice(0, NAMED).map(({ id, rating, package: { name } }) => {
    return outside([id, `(${rating.severity}${name === '' ? '' : `, ${name}`})`].join(' '));
  });
  const more = findings.length > NAMED ? [`${findings.length - NAMED} more`] : [];
  return [`${word}: ${[...names, ...more].join(', ')}`];
}
