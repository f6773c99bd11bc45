/** The severity of a vulnerability; `unknown` is above every bound. */
export type Severity = 'negligible' | 'low' | 'medium' | 'high' | 'critical' | 'unknown';

/** A rating of a vulnerability's severity. The rating of the package's own distribution wins. */
export interface Rating {
  readonly severity: Severity;
  readonly isOfDistribution: boolean;
}

/** The severities, the most severe last. */
export const SEVERITIES = ['negligible', 'low', 'medium', 'high', 'critical', 'unknown'] as const;

/** Scanners' words for severities, in lower case. */
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

/** The severity for a scanner's word. A missing or unknown word is `unknown`. */
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

/** The rating that counts: the distribution's, else the highest; `unknown` if there is none. */
export function decisive(ratings: readonly Rating[]): Rating {
  const known = ratings.filter(({ severity }) => severity !== 'unknown');
  const own = known.filter(({ isOfDistribution }) => isOfDistribution);
  const [first = UNKNOWN, ...rest] = own.length > 0 ? own : known;
  return rest.reduce((worst, one) => (rankOf(one.severity) > rankOf(worst.severity) ? one : worst), first);
}

/** A severity's rank in the order. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

const UNKNOWN: Rating = { severity: 'unknown', isOfDistribution: false };
