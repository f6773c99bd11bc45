import { type SignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import { type Refusal, type Refused, refused } from './refusal.ts';
import type { TrustedRoot } from './trust.ts';
import type { Requirement } from './trusted-signer.ts';

/** What verified testimony says of a signature; nothing where none was asked for. */
export interface Testified {
  /** When it was made, at the latest. */
  readonly time?: Date;
  /** Its place in the transparency log. */
  readonly logIndex?: string;
}

/** By the library's own codes; every other is about a log entry. */
const REASONS: Readonly<Record<string, Refusal>> = {
  TIMESTAMP_ERROR: 'untrusted-timestamp',
  CERTIFICATE_ERROR: 'untrusted-certificate',
  PUBLIC_KEY_ERROR: 'untrusted-signature',
  SIGNATURE_ERROR: 'tampered',
  TLOG_BODY_ERROR: 'other-log-entry',
};

/**
 * Verifies the certificate, and every log entry and timestamp that comes with the signature; those that are asked for
 * must be there, and for a certificate one that proves the time.
 */
export async function verifyTestimony(
  entity: SignedEntity,
  requires: Requirement,
  root: TrustedRoot,
): Promise<(Testified & { readonly kind: 'testified' }) | Refused> {
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
  try {
    new Verifier(material, {
      tlogThreshold: needsLog ? 1 : 0,
      timestampThreshold: certificate === undefined ? 0 : 1,
      // A private Sigstore may have no log of certificates; its trusted root says so.
      ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0,
    }).verify(entity);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    const reason = REASONS[error.code] ?? 'untrusted-log-entry';
    const isDead = times.some(time => certificate?.validForDate(time) === false);
    return refused(
      reason === 'untrusted-certificate' && isDead ? 'expired-certificate' : reason,
      error.message,
    );
  }
  return { kind: 'testified', ...testimonyIn(entity) };
}

/** What the testimony that comes with a signature says, verified or not. */
export function testimonyIn(entity: SignedEntity): Testified {
  return { ...earliest(timesOf(entity)), ...placeOf(entity) };
}

/** A log's time counts only by its promise: nothing else in an entry is signed that holds it. */
function timesOf({ timestamps }: SignedEntity): readonly Date[] {
  return timestamps.flatMap(timestamp => {
    if (timestamp.$case === 'timestamp-authority') return [timestamp.timestamp.signingTime];
    const { inclusionPromise, integratedTime } = timestamp.tlogEntry;
    return inclusionPromise === undefined ? [] : [new Date(Number(integratedTime) * 1000)];
  });
}

function earliest(times: readonly Date[]): Pick<Testified, 'time'> {
  return times.length === 0 ? {} : { time: new Date(Math.min(...times.map(Number))) };
}

function placeOf({ tlogEntries: [entry] }: SignedEntity): Pick<Testified, 'logIndex'> {
  const logIndex = entry?.inclusionPromise ? entry.logIndex : entry?.inclusionProof?.logIndex;
  return logIndex === undefined ? {} : { logIndex };
}
