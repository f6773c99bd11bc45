/** How grave a vulnerability is; `unknown` is above every bound. */
export type Severity = 'negligible' | 'low' | 'medium' | 'high' | 'critical' | 'unknown';

/** One opinion on a vulnerability's severity; that of the package's own distribution wins. */
export interface Rating {
  readonly severity: Severity;
  readonly isOfDistribution: boolean;
}

/** The severities, gravest last. */
export const SEVERITIES = ['negligible', 'low', 'medium', 'high', 'critical', 'unknown'] as const;

/** Scanners' words, in lower case. */
const WORDS: Readonly<Record<string, Severity>> = {
  none: 'negligible',
  info: 'negligible',
  informational: 'negligible',
  information: 'negligible',
  negligible: 'negligible',
  minimal: 'negligible',
  unimportant: 'negligible',
  low: 'low',
  medium: 'medium',
  moderate: 'medium',
  high: 'high',
  important: 'high',
  critical: 'critical',
};

/** The severity that a scanner's word means; any other word, and none, is `unknown`. */
export function severityOf(word: string | null | undefined): Severity {
  return WORDS[(word ?? '').trim().toLowerCase()] ?? 'unknown';
}

/** The severity of a CVSS base score; 0 and what is no score are `unknown`. https://www.first.org/cvss/v3.1/specification-document */
export function severityOfScore(score: number | string | null | undefined): Severity {
  const value = typeof score === 'string' ? Number.parseFloat(score) : (score ?? 0);
  if (!(value >= 0.1) || value > 10) return 'unknown';
  if (value < 4) return 'low';
  if (value < 7) return 'medium';
  return value < 9 ? 'high' : 'critical';
}

/** The one that counts: the distribution's, else the highest given; `unknown` where nobody gives one. */
export function decisive(ratings: readonly Rating[]): Rating {
  const known = ratings.filter(({ severity }) => severity !== 'unknown');
  const own = known.filter(({ isOfDistribution }) => isOfDistribution);
  const [first = UNKNOWN, ...rest] = own.length > 0 ? own : known;
  return rest.reduce((worst, one) => (rankOf(one.severity) > rankOf(worst.severity) ? one : worst), first);
}

/** A severity's place in the order. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

const UNKNOWN: Rating = { severity: 'unknown', isOfDistribution: false };
