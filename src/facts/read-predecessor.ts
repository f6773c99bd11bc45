import { environmentNamed, imageNamed } from '../environments/locate.ts';
import { needsOf } from '../gates/evaluate.ts';
import type { PredecessorFinding } from '../gates/facts.ts';
import type { Digest } from '../oci/digest.ts';
import { type Candidate, targetRepositories } from '../plan/candidates.ts';
import { judgeRecords, judgeSummaries } from '../records/judge.ts';
import { acceptedPolicies } from '../run/accepted-policies.ts';
import type { Run } from '../run/run.ts';

/** Reads the records of the environment before. The accepted policies are read once for all images. */
export function predecessorReader(
  run: Run,
): (candidate: Candidate) => Promise<PredecessorFinding | undefined> {
  const { effects, environments, environment } = run;
  let isAccepted: ((policy: Digest) => Promise<boolean>) | undefined;
  return async candidate => {
    const need = needsOf(candidate, environment, 'promotion').find(({ kind }) => kind === 'predecessor');
    if (need?.kind !== 'predecessor') return undefined;
    const { from, policies, vsa } = need;
    const source = environmentNamed(environments, from);
    if (source.signing === undefined) return undefined;
    isAccepted ??= acceptedPolicies(effects, environments, from, policies);
    const { trust } = await effects.signing(source.signing);
    const store = effects.store(candidate.source.repository);
    const { digest, image } = candidate;
    const search = { store, digest, referrers: await store.referrers(digest), trust };
    const own = targetRepositories(imageNamed(environments, image), source);
    // If the environment before has several registries, the record of the one with the source image counts.
    const taken = own.filter(repository => repository === store.name);
    const repositories = taken.length > 0 ? taken : own;
    const wanted = { environment: from, repositories, isAccepted };
    const judged = await judgeRecords(search, wanted);
    if (judged.kind === 'refused') return judged;
    const summary = vsa ? await judgeSummaries(search, wanted) : undefined;
    if (summary?.kind === 'refused') return summary;
    const { time, planDigest } = judged.record;
    return { kind: 'recorded', time, planDigest, manifest: judged.manifest, summary: summary?.manifest };
  };
}
