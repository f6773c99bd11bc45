import type { Descriptor } from '../oci/descriptor.ts';
import type { Store } from '../registry/store.ts';
import { uploadBundle } from '../signing/attach.ts';
import type { Attachable } from '../signing/attach-once.ts';
import { signStatement } from '../signing/bundle.ts';
import type { Hints } from '../signing/read.ts';
import type { Signer } from '../signing/signer.ts';
import { signerHint } from '../signing/signer-hint.ts';
import {
  isSamePromotion,
  PROMOTION,
  type PromotionRecord,
  parseRecord,
  recordStatement,
} from './statement.ts';

/** The annotations that tell records apart. They are hints, since they are not signed. */
export const RECORD_HINTS = {
  environment: 'dev.gitops-promote.environment',
  repository: 'dev.gitops-promote.repository',
  plan: 'dev.gitops-promote.plan',
  kind: 'dev.gitops-promote.kind',
} as const;

/** What a record's annotations say. */
export function recordHints({ environment, target, planDigest, kind }: PromotionRecord): Hints {
  return promotionHints({ environment: environment.to, repository: target.repository, planDigest, kind });
}

/** The annotations of a signed statement about a promotion. */
export function promotionHints(promotion: {
  readonly environment: string;
  readonly repository: string;
  readonly planDigest: string;
  readonly kind: string;
}): Hints {
  const { environment, repository, planDigest, kind } = promotion;
  return {
    [RECORD_HINTS.environment]: environment,
    [RECORD_HINTS.repository]: repository,
    [RECORD_HINTS.plan]: planDigest,
    [RECORD_HINTS.kind]: kind,
  };
}

/** A record to sign, and the image in the target store it is about. */
export interface RecordRequest {
  readonly store: Store;
  readonly subject: Descriptor;
  readonly signer: Signer;
  readonly record: PromotionRecord;
}

/** Signs the record and gives the manifest to attach. It does not look for earlier ones: see `findRecord`. */
export async function prepareRecord({ store, subject, signer, record }: RecordRequest): Promise<Attachable> {
  const bundle = await signStatement(signer, recordStatement(record));
  const hints = recordHints(record);
  const content = await uploadBundle(store, subject, bundle, {
    predicateType: PROMOTION,
    created: new Date(record.time),
    annotations: { ...hints, ...signerHint(signer.trust) },
  });
  const isEqual: Attachable['isEqual'] = statement => {
    const other = parseRecord(statement);
    return other !== undefined && isSamePromotion(other, record);
  };
  return { content, predicateType: PROMOTION, hints, isEqual };
}
