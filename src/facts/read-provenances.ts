import { needsOf } from '../gates/evaluate.ts';
import type { ProvenanceJudgement } from '../images/provenance-rule.ts';
import type { Candidate } from '../plan/candidates.ts';
import type { Run } from '../run/run.ts';

/** Reads the provenance of a candidate's source image, if a gate needs it. */
export async function readProvenances(
  { effects, environment }: Run,
  candidate: Candidate,
): Promise<readonly ProvenanceJudgement[] | undefined> {
  const needs = needsOf(candidate, environment, 'promotion').filter(need => need.kind === 'provenance');
  if (needs.length === 0) return undefined;
  // This is loaded only if there is such a gate.
  const { judgeProvenance } = await import('../images/judge-provenance.ts');
  const { digest, source } = candidate;
  const store = effects.store(source.repository);
  const referrers = await store.referrers(digest);
  return await Promise.all(
    needs.map(async ({ rule }) => {
      const { accepted } = rule;
      const trust = accepted === undefined ? undefined : await effects.trust(accepted);
      return await judgeProvenance({ store, digest, referrers, trust }, rule);
    }),
  );
}
