import type { Descriptor } from '../oci/descriptor.ts';
import type { Store } from '../registry/store.ts';
import { attachBundle } from '../signing/attach.ts';
import { signStatement } from '../signing/bundle.ts';
import type { Signer } from '../signing/signer.ts';
import { PROMOTION, type PromotionRecord, recordStatement } from './statement.ts';

/** The annotations that say which record is which. Hints: they are not signed. */
export const RECORD_HINTS = {
  environment: 'dev.gitops-promote.environment',
  repository: 'dev.gitops-promote.repository',
  plan: 'dev.gitops-promote.plan',
} as const;

/** Signs the record and attaches it to the image in the target store. Looks for no other: see `findRecord`. */
export async function writeRecord(request: {
  readonly store: Store;
  readonly subject: Descriptor;
  readonly signer: Signer;
  readonly record: PromotionRecord;
}): Promise<Descriptor> {
  const { store, subject, signer, record } = request;
  const bundle = await signStatement(signer, recordStatement(record));
  return await attachBundle(store, subject, bundle, {
    predicateType: PROMOTION,
    created: new Date(record.time),
    annotations: {
      [RECORD_HINTS.environment]: record.environment.to,
      [RECORD_HINTS.repository]: record.target.repository,
      [RECORD_HINTS.plan]: record.planDigest,
    },
  });
}
