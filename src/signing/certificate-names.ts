import type { SignedEntity } from '@sigstore/verify';
import { readForeign } from './foreign.ts';

/** A certificate as `@sigstore/verify` reads it. */
export type Certificate = Extract<SignedEntity['key'], { readonly $case: 'certificate' }>['certificate'];

/**
 * The identity that a certificate was issued to, and the identity provider that vouched for it. Absent if it cannot be
 * read for certain.
 */
export interface CertificateNames {
  readonly identity: string | undefined;
  readonly issuer: string | undefined;
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';

/** Reads the names that Fulcio put into a certificate; throws `UnreadableMaterial`. */
export function namesIn(certificate: Certificate): CertificateNames {
  const name = readForeign(() => certificate.subjectAltName);
  const raw = readForeign(() => certificate.extension(SUBJECT_ALTERNATIVE_NAME)?.value);
  return { identity: exactly(name, raw), issuer: issuerIn(certificate) };
}

function issuerIn(certificate: Certificate): string | undefined {
  const extension = readForeign(() => certificate.extension(ISSUER));
  return extension === undefined
    ? readForeign(() => certificate.extension(ISSUER_V1)?.value.toString('latin1'))
    : readForeign(() => extension.valueObj.subs[0]?.value.toString('utf8'));
}

/**
 * The library drops the highest bit of each byte, which could turn one name into another: the name must be in the raw
 * bytes as it was read.
 */
function exactly(name: string | undefined, raw: Buffer | undefined): string | undefined {
  return name !== undefined && raw?.includes(name, 0, 'latin1') ? name : undefined;
}
