import type { SiteVerdict } from './data.ts';

interface Answer {
  readonly gate: string;
  readonly kind: SiteVerdict['kind'];
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** The verdict that a public page shows for closed gates, however many there are. */
const SOME_GATE: SiteVerdict = { gate: 'a gate', kind: 'closed' };

/** A gate's verdict. A public page omits its reason, which may name people, registries and findings. */
export function siteVerdict({ gate, kind, reason, hint }: Answer, isPublic: boolean): SiteVerdict {
  return isPublic ? { gate, kind } : { gate, kind, reason, hint };
}

/**
 * The verdicts of several gates. A public page names only waiting gates: all open gates together would show
 * which one is closed, for example for vulnerabilities.
 */
export function siteVerdicts(answers: readonly Answer[], isPublic: boolean): readonly SiteVerdict[] {
  if (!isPublic) return answers.map(answer => siteVerdict(answer, false));
  const waiting = answers.filter(({ kind }) => kind === 'waiting').map(answer => siteVerdict(answer, true));
  return answers.some(({ kind }) => kind === 'closed') ? [...waiting, SOME_GATE] : waiting;
}
