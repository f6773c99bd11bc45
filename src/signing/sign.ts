import { isDeepStrictEqual } from 'node:util';
import type { Descriptor } from '../oci/descriptor.ts';
import { uploadBundle } from './attach.ts';
import { attachLegacySignature } from './attach-legacy.ts';
import { type Attachable, attachOnce } from './attach-once.ts';
import { signStatement } from './bundle.ts';
import { type EvidenceSearch, findSignature, type SignatureFormat } from './find.ts';
import type { Signer } from './signer.ts';
import { signerHint } from './signer-hint.ts';
import { COSIGN_SIGN, cosignStatement, type Statement } from './statement.ts';

/** The result of signing an image. */
export type SignOutcome =
  | { readonly kind: 'present' }
  | { readonly kind: 'signed'; readonly formats: readonly SignatureFormat[] };

/** One image to sign, and its signer. */
export interface SignRequest {
  readonly search: EvidenceSearch;
  readonly subject: Descriptor;
  readonly signer: Signer;
  readonly formats: readonly SignatureFormat[];
  readonly created: Date;
}

/** Signs an image as `cosign sign` does, in each format without a trusted signer's signature. */
export async function signImage(request: SignRequest): Promise<SignOutcome> {
  const { outcome, attachable } = await prepareSignature(request);
  await attachOnce(request.search, attachable === undefined ? [] : [attachable]);
  return outcome;
}

/** Signs an image. The caller attaches the bundle's manifest, together with others. */
export async function prepareSignature({ search, subject, signer, formats, created }: SignRequest): Promise<{
  readonly outcome: SignOutcome;
  readonly attachable?: Attachable | undefined;
}> {
  const missing = await missingFormats(search, formats);
  if (missing.length === 0) return { outcome: { kind: 'present' } };
  if (missing.includes('legacy')) await attachLegacySignature(search.store, subject, signer);
  const outcome = { kind: 'signed', formats: missing } as const;
  if (!missing.includes('bundle')) return { outcome };
  const statement = cosignStatement(subject.digest);
  const bundle = await signStatement(signer, statement);
  const predicateType = COSIGN_SIGN;
  const content = await uploadBundle(search.store, subject, bundle, {
    predicateType,
    created,
    annotations: signerHint(signer.trust),
  });
  const isEqual = (other: Statement) => isDeepStrictEqual(other, statement);
  return { outcome, attachable: { content, predicateType, hints: {}, isEqual } };
}

/** The formats in which no trusted signer has signed the image. */
export async function missingFormats(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[],
): Promise<readonly SignatureFormat[]> {
  const present = await Promise.all(formats.map(format => findSignature(search, [format])));
  return formats.filter((_, index) => present[index] === undefined);
}
