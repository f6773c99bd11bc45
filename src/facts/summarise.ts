import { shortDigest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import type { PlannedTask } from '../proposals/task.ts';
import { judgeRecords, judgeSummaries } from '../records/judge.ts';
import { buildLevel, findSummary, prepareSummary, type Summary } from '../records/summary.ts';
import { policyUri } from '../run/accepted-policies.ts';
import type { Run } from '../run/run.ts';
import { attachOnce } from '../signing/attach-once.ts';
import type { EvidenceSearch } from '../signing/find.ts';
import type { Signer } from '../signing/signer.ts';
import type { Trust } from '../signing/trust.ts';

/** A digest at one of its targets, with the image's own manifest. */
interface Summarised {
  readonly candidate: Candidate;
  readonly target: Target;
  readonly content: ManifestContent;
}

/**
 * Attaches a verification summary of the promotion, unless ours is there already. Its evidence is the record,
 * and what the gates of this run have read. Its level is that of the provenance gate in this run.
 */
export async function summarise(
  { effects, environment }: Run,
  { decision, plan }: PlannedTask,
  { candidate, target, content }: Summarised,
  { trust, signer }: { readonly trust: Trust; readonly signer: Signer },
): Promise<void> {
  const { repository } = target;
  const { digest } = candidate;
  const store = effects.store(repository);
  const search = { store, digest, trust, referrers: await store.referrers(digest) };
  const kind = plan.kind === 'rollback' ? 'rollback' : 'promotion';
  const key = { environment: environment.name, repository, digest, planDigest: plan.digest, kind } as const;
  if (await findSummary(search, key)) return;
  const isAccepted = async () => true;
  const wanted = { environment: environment.name, repositories: [repository], isAccepted };
  const record = await judgeRecords(search, wanted);
  const own = decision.judged.find(({ image }) => image === candidate.image)?.verdicts ?? [];
  const verdicts = [...own, ...decision.verdicts];
  const built = verdicts.find(({ gate }) => gate === 'provenance');
  const read = verdicts.flatMap(({ evidence = [] }) => evidence);
  const created = effects.now();
  const summary: Summary = {
    ...key,
    policy: plan.policy,
    policyUri: await policyUri(effects, environment.name, plan.policy),
    evidence: [...new Set([...read, ...(record.kind === 'recorded' ? [record.manifest] : [])])].toSorted(),
    levels: [buildLevel(built?.kind === 'open' ? built.level : undefined)],
    time: created.toISOString(),
  };
  await attachOnce(search, [await prepareSummary(store, content.descriptor, signer, summary)]);
  effects.log(`summarised ${repository}@${shortDigest(digest)}`);
}

/** Whether our verification summary of a promotion into this environment and repository is attached. */
export async function hasSummary(
  search: EvidenceSearch,
  { environment, repository }: { readonly environment: string; readonly repository: string },
): Promise<boolean> {
  const wanted = { environment, repositories: [repository], isAccepted: async () => true };
  return (await judgeSummaries(search, wanted)).kind === 'summarised';
}
