import type { SignedEntity } from '@sigstore/verify';

/** A certificate as `@sigstore/verify` reads it. */
export type Certificate = Extract<SignedEntity['key'], { readonly $case: 'certificate' }>['certificate'];

/**
 * The identity that a certificate was issued to, and the identity provider that vouched for it. Absent if it cannot be
 * read for certain.
 */
export interface CertificateNames {
  readonly identity?: string;
  readonly issuer?: string;
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';

/** Reads the names that Fulcio put into a certificate. */
export function namesIn(certificate: Certificate): CertificateNames {
  const identity = exactly(
    certificate.subjectAltName,
    certificate.extension(SUBJECT_ALTERNATIVE_NAME)?.value,
  );
  const issuer = issuerIn(certificate);
  return { ...(identity === undefined ? {} : { identity }), ...(issuer === undefined ? {} : { issuer }) };
}

function issuerIn(certificate: Certificate): string | undefined {
  const extension = certificate.extension(ISSUER);
  if (extension === undefined) return certificate.extension(ISSUER_V1)?.value.toString('latin1');
  return extension.valueObj.subs[0]?.value.toString('utf8');
}

/**
 * The library drops the highest bit of each byte, which could turn one name into another: the name must be in the raw
 * bytes as it was read.
 */
function exactly(name: string | undefined, raw: Buffer | undefined): string | undefined {
  return name !== undefined && raw?.includes(name, 0, 'latin1') ? name : undefined;
}
