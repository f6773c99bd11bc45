import type { KeyObject } from 'node:crypto';
import { shortDigest } from '../oci/digest.ts';
import { formatReference } from '../oci/reference.ts';
import { findRecord } from '../records/find.ts';
import { writeRecord } from '../records/record.ts';
import type { PromotionRecord } from '../records/statement.ts';
import { signImage } from '../signing/sign.ts';
import type { Signer } from '../signing/signer.ts';
import type { Arrival, GroupContext, Transfer } from './group-context.ts';

/** Signs the image at the target and attaches the promotion's record, each unless one of ours is there already. */
export async function attest(
  context: GroupContext,
  { candidate, target, content }: Arrival,
  { keys, signer }: { readonly keys: readonly KeyObject[]; readonly signer: Signer },
): Promise<void> {
  const { effects, environment, plan } = context;
  const { digest } = candidate;
  const { repository } = target;
  const store = effects.store(repository);
  const subject = content.descriptor;
  const referrers = await store.referrers(digest);
  const created = effects.now();
  const sign = async () => {
    const { kind } = await signImage({ store, subject, signer, keys, referrers, created });
    if (kind === 'signed') effects.log(`signed ${repository}@${shortDigest(digest)}`);
  };
  const record = async () => {
    const wanted = { environment: environment.name, repository, planDigest: plan.digest };
    if (await findRecord({ store, referrers, digest, keys, ...wanted })) return;
    await writeRecord({
      store,
      subject,
      signer,
      record: promotionRecord(context, { candidate, target }, created),
    });
    effects.log(`recorded ${repository}@${shortDigest(digest)}`);
  };
  await Promise.all([sign(), record()]);
}

function promotionRecord(
  { environment, request, base, group, plan }: GroupContext,
  { candidate, target }: Transfer,
  created: Date,
): PromotionRecord {
  const judged = group.judged.find(({ image }) => image === candidate.image);
  const { from } = environment;
  return {
    environment: { from: from.kind === 'build' ? 'build' : from.name, to: environment.name },
    source: formatReference({ repository: candidate.source.repository, digest: candidate.digest }),
    target: { repository: target.repository, tags: target.tags.map(({ name }) => name) },
    digest: candidate.digest,
    planDigest: plan.digest,
    environmentsHash: plan.policy,
    approvals: request.approvedBy.map(name => ({ kind: 'stated', name, authenticated: false })),
    verdicts: [...(judged?.verdicts ?? []), ...group.verdicts].map(({ gate, kind, reason }) => ({
      gate,
      kind,
      reason,
    })),
    base,
    ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
    ...(request.runUrl === undefined ? {} : { runUrl: request.runUrl }),
    time: created.toISOString(),
  };
}
