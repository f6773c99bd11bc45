import type { SiteVerdict } from './data.ts';

interface Answer {
  readonly gate: string;
  readonly kind: SiteVerdict['kind'];
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** What a page for everybody says of closed gates, however many they are. */
const SOME_GATE: SiteVerdict = { gate: 'a gate', kind: 'closed' };

/** A gate's answer; for everybody without its reason, which may name people, registries and what was found. */
export function siteVerdict({ gate, kind, reason, hint }: Answer, isPublic: boolean): SiteVerdict {
  return isPublic ? { gate, kind } : { gate, kind, reason, hint };
}

/**
 * The answers of several gates. A page for everybody names only those that wait: whoever knows each open gate knows
 * which one is closed, and so that vulnerabilities were found.
 */
export function siteVerdicts(answers: readonly Answer[], isPublic: boolean): readonly SiteVerdict[] {
  if (!isPublic) return answers.map(answer => siteVerdict(answer, false));
  const waiting = answers.filter(({ kind }) => kind === 'waiting').map(answer => siteVerdict(answer, true));
  return answers.some(({ kind }) => kind === 'closed') ? [...waiting, SOME_GATE] : waiting;
}
