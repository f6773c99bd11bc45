import type { SignedEntity } from '@sigstore/verify';
import { readForeign } from './foreign.ts';

/** A certificate as `@sigstore/verify` reads it. */
export type Certificate = Extract<SignedEntity['key'], { readonly $case: 'certificate' }>['certificate'];

/**
 * The identity of a certificate, and the identity provider that confirmed it. Each is absent if it cannot be
 * read with certainty.
 */
export interface CertificateNames {
  readonly identity: string | undefined;
  readonly issuer: string | undefined;
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';

/** Fulcio's claims about the build that got a certificate, which come from the CI's own token. */
export interface CertificateBuild {
  readonly sourceRepository?: string | undefined;
  readonly sourceRef?: string | undefined;
  /** The URI of the started workflow, with its ref. */
  readonly buildConfig?: string | undefined;
  readonly trigger?: string | undefined;
}

const SOURCE_REPOSITORY = '1.3.6.1.4.1.57264.1.12';
const SOURCE_REF = '1.3.6.1.4.1.57264.1.14';
const BUILD_CONFIG = '1.3.6.1.4.1.57264.1.18';
const TRIGGER = '1.3.6.1.4.1.57264.1.20';

/** The certificate's claims about its build; `undefined` if it has none. Throws `UnreadableMaterial`. */
export function buildIn(certificate: Certificate): CertificateBuild | undefined {
  const field = (oid: string) => utf8In(certificate, oid);
  const build = {
    sourceRepository: field(SOURCE_REPOSITORY),
    sourceRef: field(SOURCE_REF),
    buildConfig: field(BUILD_CONFIG),
    trigger: field(TRIGGER),
  };
  return Object.values(build).some(value => value !== undefined) ? build : undefined;
}

/** Reads the names in a Fulcio certificate; throws `UnreadableMaterial`. */
export function namesIn(certificate: Certificate): CertificateNames {
  const name = readForeign(() => certificate.subjectAltName);
  const raw = readForeign(() => certificate.extension(SUBJECT_ALTERNATIVE_NAME)?.value);
  return { identity: exactly(name, raw), issuer: issuerIn(certificate) };
}

function issuerIn(certificate: Certificate): string | undefined {
  return readForeign(() => certificate.extension(ISSUER)) === undefined
    ? readForeign(() => certificate.extension(ISSUER_V1)?.value.toString('latin1'))
    : utf8In(certificate, ISSUER);
}

/**
 * The name if the raw bytes contain it unchanged. The library drops the highest bit of each byte, which could
 * turn one name into another.
 */
function exactly(name: string | undefined, raw: Buffer | undefined): string | undefined {
  return name !== undefined && raw?.includes(name, 0, 'latin1') ? name : undefined;
}

/** The text of an extension that contains one UTF8String. */
function utf8In(certificate: Certificate, oid: string): string | undefined {
  return readForeign(() => certificate.extension(oid)?.valueObj.subs[0]?.value.toString('utf8'));
}
