import type { Descriptor } from '../oci/descriptor.ts';
import type { ManifestContent } from '../oci/manifest.ts';
import type { Store } from '../registry/store.ts';
import { bringBundle } from '../signing/attach.ts';
import { signStatement } from '../signing/bundle.ts';
import type { Signer } from '../signing/signer.ts';
import { PROMOTION, type PromotionRecord, recordStatement } from './statement.ts';

/** The annotations that say which record is which. Hints: they are not signed. */
export const RECORD_HINTS = {
  environment: 'dev.gitops-promote.environment',
  repository: 'dev.gitops-promote.repository',
  plan: 'dev.gitops-promote.plan',
  kind: 'dev.gitops-promote.kind',
} as const;

/** A record to sign, and the image in the target store it is about. */
export interface RecordRequest {
  readonly store: Store;
  readonly subject: Descriptor;
  readonly signer: Signer;
  readonly record: PromotionRecord;
}

/**
 * Signs the record and gives the manifest that attaches it once it is put, together with others. Looks for no other:
 * see `findRecord`.
 */
export async function bringRecord({
  store,
  subject,
  signer,
  record,
}: RecordRequest): Promise<ManifestContent> {
  const bundle = await signStatement(signer, recordStatement(record));
  return await bringBundle(store, subject, bundle, {
    predicateType: PROMOTION,
    created: new Date(record.time),
    annotations: {
      [RECORD_HINTS.environment]: record.environment.to,
      [RECORD_HINTS.repository]: record.target.repository,
      [RECORD_HINTS.plan]: record.planDigest,
      [RECORD_HINTS.kind]: record.kind,
    },
  });
}
