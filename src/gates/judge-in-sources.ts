import type { Environment } from '../environments/environments.ts';
import { takingFrom } from '../environments/image-origin.ts';
import { takenFrom } from '../plan/agreed-sources.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Facts, SourceFacts } from './facts.ts';
import type { Gate, Verdict } from './gate.ts';

/**
 * A gate's verdict on a candidate. A gate about the source judges each of several: all have to be open, or
 * one if any is enough. A candidate that was taken from one of any is judged by that one alone.
 */
export function judgeInSources(...asked: Parameters<typeof judged>): Verdict | undefined {
  const verdict = judged(...asked);
  // `opensAfter` changes with every run, and is only compared here.
  return verdict === undefined || verdict.kind === 'open' ? verdict : { ...verdict, opensAfter: undefined };
}

function judged(
  { judge, isOfSource }: Gate,
  candidate: Candidate,
  facts: Facts,
  environment: Environment,
): Verdict | undefined {
  const { from } = environment;
  if (from.kind !== 'environments' || isOfSource !== true) return judge(candidate, facts, environment);
  const { environment: taken } = candidate.source;
  if (from.need === 'any' && taken !== undefined) {
    return judge(candidate, facts, takingFrom(environment, taken));
  }
  const alone = from.names.flatMap(name => {
    const known = { ...facts, ...(facts.bySource?.get(name) ?? NOTHING) };
    const verdict = judge(takenFrom(candidate, name), known, takingFrom(environment, name));
    return verdict === undefined ? [] : [{ name, verdict }];
  });
  return together(alone, from.need);
}

const NOTHING: SourceFacts = {
  movedSources: new Map(),
  soaks: new Map(),
  checks: new Map(),
  predecessors: new Map(),
};

/** From the worst to the best. */
const KINDS = ['closed', 'waiting', 'open'] as const;

/** One verdict of those in several sources: the worst where all are asked, the best where any is enough. */
function together(
  judged: readonly { readonly name: string; readonly verdict: Verdict }[],
  need: 'all' | 'any',
): Verdict | undefined {
  const order = need === 'all' ? KINDS : KINDS.toReversed();
  const kind = order.find(one => judged.some(({ verdict }) => verdict.kind === one));
  const deciding = judged
    .filter(({ verdict }) => verdict.kind === kind)
    .toSorted((one, other) => leftOf(other) - leftOf(one));
  const [first, ...others] = deciding;
  if (first === undefined) return undefined;
  const { verdict } = need === 'any' ? (others.at(-1) ?? first) : first;
  const evidence = judged.flatMap(one => one.verdict.evidence ?? []);
  return {
    ...verdict,
    reason: [...new Set(deciding.map(namedReason))].join('; '),
    evidence: evidence.length === 0 ? undefined : evidence,
  };

  function namedReason({ name, verdict: { reason } }: (typeof judged)[number]): string {
    const isCommon = judged.length > 1 && judged.every(one => one.verdict.reason === reason);
    return isCommon || mentions(reason, name) ? reason : `${name}: ${reason}`;
  }
}

function leftOf({ verdict }: { readonly verdict: Verdict }): number {
  return verdict.kind === 'open' ? 0 : (verdict.opensAfter ?? 0);
}

function mentions(reason: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(reason);
}
