import type { SiteVerdict } from './data.ts';

/** Gates that a page for everybody does not name: their answer is what they found. */
const PRIVATE_GATES: readonly string[] = ['vulnerabilities'];

interface Answer {
  readonly gate: string;
  readonly kind: SiteVerdict['kind'];
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** A gate's answer; for everybody without its reason, which may name people, registries and what was found. */
export function siteVerdict({ gate, kind, reason, hint }: Answer, isPublic: boolean): SiteVerdict {
  return isPublic ? { gate, kind } : { gate, kind, reason, hint };
}

/** The answers of several gates. */
export function siteVerdicts(answers: readonly Answer[], isPublic: boolean): readonly SiteVerdict[] {
  const shown = isPublic ? answers.filter(({ gate }) => !PRIVATE_GATES.includes(gate)) : answers;
  return shown.map(answer => siteVerdict(answer, isPublic));
}
