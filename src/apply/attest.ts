import { originText, severalSources } from '../environments/image-origin.ts';
import type { PlannedGroup } from '../gates/decide.ts';
import type { Verdict } from '../gates/gate.ts';
import { shortDigest } from '../oci/digest.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import { formatReference } from '../oci/reference.ts';
import type { Candidate, Target } from '../plan/candidates.ts';
import { meansRecord } from '../plan/pin-target.ts';
import type { PromotionRequest } from '../plan/request.ts';
import type { Proposal } from '../proposals/proposal.ts';
import type { PlannedTask } from '../proposals/task.ts';
import { findRecord } from '../records/find.ts';
import { prepareRecord } from '../records/record.ts';
import type { PromotionRecord, RecordedVerdict } from '../records/statement.ts';
import { recordPointer } from '../records/tag-record.ts';
import type { CopyResult } from '../registry/copy/copy.ts';
import type { Store } from '../registry/store.ts';
import type { OurSigning } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { attachOnce } from '../signing/attach-once.ts';
import { prepareSignature } from '../signing/sign.ts';
import type { Signer } from '../signing/signer.ts';

/** A digest, and one of its targets. */
export interface Transfer {
  readonly candidate: Candidate;
  readonly target: Target;
}

/** A digest that was copied to its target and read back there. */
export interface Arrival extends Transfer {
  readonly copy: CopyResult;
  /** The image's own manifest. */
  readonly content: ManifestContent;
}

/**
 * Signs the image at the target and attaches the promotion's record. It also attaches a verification summary
 * if configured. What is attached already is left as it is. Without a task there is no promotion to record.
 */
export async function attest(
  run: Run,
  task: PlannedTask | undefined,
  arrival: Arrival,
  { trust, formats, signer }: Omit<OurSigning, 'signer'> & { readonly signer: Signer },
): Promise<void> {
  const { effects, environment } = run;
  const { candidate, target, content } = arrival;
  const { digest } = candidate;
  const { repository } = target;
  const store = effects.store(repository);
  const subject = content.descriptor;
  const referrers = await store.referrers(digest);
  const search = { store, referrers, digest, trust };
  const created = effects.now();
  const record = async () => {
    if (task === undefined) return undefined;
    const wanted = { environment: environment.name, repository, planDigest: task.plan.digest };
    if (await findRecord({ ...search, ...wanted })) return undefined;
    const made = promotionRecord(run, task, { candidate, target, created });
    return await prepareRecord({ store, subject, signer, record: made });
  };
  const [signed, recorded] = await Promise.all([
    prepareSignature({ search, subject, signer, formats, created }),
    record(),
  ]);
  const attachables = [signed.attachable, recorded].filter(attachable => attachable !== undefined);
  await attachOnce(search, attachables);
  const name = `${repository}@${shortDigest(digest)}`;
  if (signed.outcome.kind === 'signed') effects.log(`signed ${name}`);
  if (recorded !== undefined) {
    effects.log(`recorded ${name}`);
    const isByTag = run.files.pins.some(
      known => known.image === candidate.image && meansRecord(run.environments, environment, known),
    );
    if (isByTag) await pointToRecord(store, recorded.content, environment.name, target);
  }
  // The summary names the record, so it comes after it.
  if (task !== undefined && environment.signing?.vsa === true) {
    const { summarise } = await import('../facts/summarise.ts');
    await summarise(run, task, arrival, { trust, signer });
  }
}

/** Adds a pointer to the record for each tag that does not move, unless another run's record was kept. */
async function pointToRecord(
  store: Store,
  content: ManifestContent,
  environment: string,
  { tags }: Target,
): Promise<void> {
  if ((await store.head(content.descriptor.digest)) === undefined) return;
  for (const { name, moves, digest } of tags) {
    if (moves || digest !== undefined) continue;
    const pointer = recordPointer(store, environment, name);
    await pointer.place.putManifest(content, pointer.name);
  }
}

function promotionRecord(
  { environment, request, base }: Run,
  { decision, plan, found }: PlannedTask,
  { candidate, target, created }: Transfer & { readonly created: Date },
): PromotionRecord {
  const judged = decision.judged.find(({ image }) => image === candidate.image);
  const { from } = environment;
  return {
    kind: plan.kind === 'rollback' ? 'rollback' : 'promotion',
    environment: {
      from:
        from.kind === 'environments' ? (candidate.source.environment ?? originText(from)) : originText(from),
      to: environment.name,
      ...(from.kind === 'environments' ? { sources: severalSources(from) } : {}),
    },
    source: formatReference({ repository: candidate.source.repository, digest: candidate.digest }),
    target: { repository: target.repository, tags: imageTags(target) },
    digest: candidate.digest,
    planDigest: plan.digest,
    environmentsHash: plan.policy,
    approvals: approvalsOf(decision, request),
    verdicts: [...(judged?.verdicts ?? []), ...decision.verdicts].map(recordedVerdict),
    base,
    ...(isOfPlan(found) ? { pullRequestUrl: found.pullRequest.url } : {}),
    ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
    ...(request.runUrl === undefined ? {} : { runUrl: request.runUrl }),
    time: created.toISOString(),
  };
}

/** Whether the pull request is this plan's: one that ended before was another plan's. */
function isOfPlan(found: Proposal | undefined): found is Proposal {
  return found !== undefined && (found.pullRequest.state === 'open' || found.change.kind === 'plan');
}

/** The tags that name the image itself: a pin by such a tag means the recorded digest. */
function imageTags({ tags }: Target): readonly string[] {
  return tags.filter(({ digest }) => digest === undefined).map(({ name }) => name);
}

function recordedVerdict({ gate, kind, reason, evidence }: Verdict): RecordedVerdict {
  return evidence === undefined ? { gate, kind, reason } : { gate, kind, reason, evidence };
}

/** The approvals that opened the gate; without that gate, those that the caller stated. */
function approvalsOf(
  { verdicts }: PlannedGroup,
  { approvedBy }: PromotionRequest,
): PromotionRecord['approvals'] {
  const counted = verdicts.flatMap(({ approvals = [] }) => approvals);
  if (counted.length > 0) return counted;
  return approvedBy.map(name => ({ kind: 'stated', name, authenticated: false }));
}
