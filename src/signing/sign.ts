import { isDeepStrictEqual } from 'node:util';
import type { Descriptor } from '../oci/descriptor.ts';
import { uploadBundle } from './attach.ts';
import { attachLegacySignature } from './attach-legacy.ts';
import { type Attachable, attachOnce } from './attach-once.ts';
import { signStatement } from './bundle.ts';
import { type EvidenceSearch, findSignature, type SignatureFormat } from './find.ts';
import type { Signer } from './signer.ts';
import { COSIGN_SIGN, cosignStatement, type Statement } from './statement.ts';

/** What signing an image found or did. */
export type SignOutcome =
  | { readonly kind: 'present' }
  | { readonly kind: 'signed'; readonly formats: readonly SignatureFormat[] };

/** One image to sign, and by whom. */
export interface SignRequest {
  readonly search: EvidenceSearch;
  readonly subject: Descriptor;
  readonly signer: Signer;
  readonly formats: readonly SignatureFormat[];
  readonly created: Date;
}

/** Signs an image as `cosign sign` does, in each format that has no signature by a trusted signer yet. */
export async function signImage(request: SignRequest): Promise<SignOutcome> {
  const { outcome, attachable } = await prepareSignature(request);
  await attachOnce(request.search, attachable === undefined ? [] : [attachable]);
  return outcome;
}

/** Signs an image, and leaves the bundle's manifest to the caller, who attaches it together with others. */
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
  const content = await uploadBundle(search.store, subject, bundle, { predicateType, created });
  const isEqual = (other: Statement) => isDeepStrictEqual(other, statement);
  return { outcome, attachable: { content, predicateType, hints: {}, isEqual } };
}

/** The formats in which the image has no signature by a trusted signer. */
export async function missingFormats(
  search: EvidenceSearch,
  formats: readonly SignatureFormat[],
): Promise<readonly SignatureFormat[]> {
  const present = await Promise.all(formats.map(format => findSignature(search, [format])));
  return formats.filter((_, index) => present[index] === undefined);
}
