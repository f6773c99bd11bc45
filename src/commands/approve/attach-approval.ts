import { PromoteError } from '../../errors.ts';
import type { ApprovedImage } from '../../facts/read-approvals.ts';
import type { ApprovalClaim } from '../../gates/approvals.ts';
import { APPROVAL } from '../../records/approval.ts';
import type { Store } from '../../registry/store.ts';
import { uploadBundle } from '../../signing/attach.ts';

/** Attaches an approval to an image, and checks that the registry lists it. */
export async function attachApproval(
  store: Store,
  { digest }: ApprovedImage,
  { planDigest, environment, time }: ApprovalClaim,
  bundle: Uint8Array,
): Promise<void> {
  const subject = await store.head(digest);
  if (subject === undefined)
    throw new PromoteError('NOT_FOUND', `approve: ${store.name} has no image ${digest}`, {
      hint: 'hand the approval over as a file: --out approval.json',
    });
  const annotations = {
    'dev.gitops-promote.environment': environment,
    'dev.gitops-promote.plan': planDigest,
  };
  const content = await uploadBundle(store, subject, bundle, {
    predicateType: APPROVAL,
    created: new Date(time),
    annotations,
  });
  await store.attach([{ content }]);
  const listed = await store.referrers(digest);
  if (listed.some(one => one.digest === content.descriptor.digest)) return;
  throw new PromoteError(
    'EVIDENCE',
    `approve: ${store.name}@${digest} does not list the approval when read back`,
    {
      hint: 'run again, or hand the approval over as a file: --out approval.json',
    },
  );
}
