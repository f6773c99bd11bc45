import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { readForeign, UnreadableMaterial } from './foreign.ts';
import { isLoggedByAnother, type SigningMaterial } from './logged-key.ts';
import { type Refusal, type Refused, refused } from './refusal.ts';
import type { TrustedRoot } from './trust.ts';
import type { Requirement } from './trusted-signer.ts';

/** The facts of a signature's verification material; none if none was required. */
export interface MaterialFacts {
  /** The latest time at which it was made. */
  readonly time?: Date;
  /** Its index in the transparency log. */
  readonly logIndex?: string;
}

/** Our reasons by the library's codes. Every other code concerns a log entry. */
const REASONS: Readonly<Record<string, Refusal>> = {
  TIMESTAMP_ERROR: 'untrusted-timestamp',
  CERTIFICATE_ERROR: 'untrusted-certificate',
  PUBLIC_KEY_ERROR: 'untrusted-signature',
  SIGNATURE_ERROR: 'tampered',
  TLOG_BODY_ERROR: 'other-log-entry',
};

/**
 * Verifies the certificate, and every log entry and timestamp of the signature. The required ones must be
 * there, and a certificate needs one that proves the time.
 */
export async function verifyMaterial(
  entity: SignedEntity,
  requires: Requirement,
  root: TrustedRoot,
): Promise<(MaterialFacts & { readonly kind: 'verified' }) | Refused> {
  const times = timesOf(entity);
  const certificate = entity.key.$case === 'certificate' ? entity.key.certificate : undefined;
  if (certificate !== undefined && times.length === 0) {
    return refused('no-trusted-time', 'neither a log entry with its promise nor a timestamp');
  }
  if (requires.timestamp && !entity.timestamps.some(({ $case }) => $case === 'timestamp-authority')) {
    return refused('not-stamped', 'no timestamp of an authority');
  }
  const material = await root();
  const hasLogs = material.tlogs.length > 0;
  const needsLog = requires.log === 'if-any' ? hasLogs : requires.log;
  if (needsLog && !hasLogs) return refused('not-logged', 'the trusted root names no log');
  if (needsLog && entity.tlogEntries.length === 0) return refused('not-logged', 'no log entry');
  const verifier = new Verifier(material, {
    tlogThreshold: needsLog ? 1 : 0,
    timestampThreshold: certificate === undefined ? 0 : 1,
    // A private Sigstore without a certificate transparency log names none in its trusted root.
    ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0,
  });
  const refusal = refusedBy(verifier, entity, times);
  if (refusal !== undefined) return refusal;
  const by = signedBy(entity, material);
  if (entity.tlogEntries.some(entry => isLoggedByAnother(entry, by)))
    return refused('other-log-entry', 'the entry names another key or certificate');
  return { kind: 'verified', ...materialFacts(entity) };
}

function refusedBy(verifier: Verifier, entity: SignedEntity, times: readonly Date[]): Refused | undefined {
  try {
    readForeign(() => verifier.verify(entity));
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableMaterial) || !(error.cause instanceof VerificationError)) throw error;
    const reason = REASONS[error.cause.code] ?? 'untrusted-log-entry';
    const isDead = reason === 'untrusted-certificate' && isOutOfDate(entity.key, times);
    return refused(isDead ? 'expired-certificate' : reason, error.message);
  }
}

function signedBy({ key }: SignedEntity, { publicKey }: TrustMaterial): SigningMaterial {
  return key.$case === 'certificate'
    ? readForeign(() => key.certificate.root.toDER())
    : publicKey(key.hint).publicKey;
}

function isOutOfDate(key: SignedEntity['key'], times: readonly Date[]): boolean {
  if (key.$case !== 'certificate') return false;
  return times.some(time => !readForeign(() => key.certificate.validForDate(time)));
}

/** The facts of a signature's verification material, verified or not. */
export function materialFacts(entity: SignedEntity): MaterialFacts {
  return { ...earliest(timesOf(entity)), ...placeOf(entity) };
}

/** The signed times. A log's time counts only with an inclusion promise, which signs it. */
function timesOf({ timestamps }: SignedEntity): readonly Date[] {
  return timestamps.flatMap(timestamp => {
    if (timestamp.$case === 'timestamp-authority')
      return [readForeign(() => timestamp.timestamp.signingTime)];
    const { inclusionPromise, integratedTime } = timestamp.tlogEntry;
    return inclusionPromise === undefined ? [] : [new Date(Number(integratedTime) * 1000)];
  });
}

function earliest(times: readonly Date[]): Pick<MaterialFacts, 'time'> {
  return times.length === 0 ? {} : { time: new Date(Math.min(...times.map(Number))) };
}

function placeOf({ tlogEntries: [entry] }: SignedEntity): Pick<MaterialFacts, 'logIndex'> {
  const logIndex = entry?.inclusionPromise ? entry.logIndex : entry?.inclusionProof?.logIndex;
  return logIndex === undefined ? {} : { logIndex };
}
