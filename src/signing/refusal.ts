/**
 * Why a signature does not count, in the order of the checks: the later the reason, the nearer the signature came to
 * counting.
 *
 * - `no-signature`: there is no signature
 * - `unreadable-bundle`: what should contain one is absent or damaged
 * - `untrusted-signature`: it names none of the keys
 * - `tampered`: the key or certificate that it names did not make it over these bytes
 * - `untrusted-certificate`: no trusted authority issued it, or no trusted log saw that
 * - `expired-certificate`: it was made before or after its certificate was valid
 * - `no-trusted-time`: no verified time shows that the certificate was valid
 * - `not-logged`, `not-stamped`: a log entry or timestamp is required and missing
 * - `untrusted-timestamp`, `untrusted-log-entry`: no trusted authority or log issued it
 * - `other-log-entry`: the log entry is about another signature
 * - `other-annotations`: it has not the annotations that are asked for
 */
const REFUSALS = [
  'no-signature',
  'unreadable-bundle',
  'too-large',
  'not-a-bundle',
  'broken-base64',
  'not-an-envelope',
  'names-a-key-id',
  'unexpected-payload-type',
  'not-by-a-key',
  'not-by-a-certificate',
  'unreadable-verification-material',
  'other-identity',
  'other-issuer',
  'untrusted-signature',
  'tampered',
  'no-trusted-time',
  'not-logged',
  'not-stamped',
  'untrusted-timestamp',
  'untrusted-certificate',
  'expired-certificate',
  'untrusted-log-entry',
  'other-log-entry',
  'not-a-statement',
  'other-predicate',
  'other-subject',
  'other-annotations',
] as const;

/** Why a signature does not count. */
export type Refusal = (typeof REFUSALS)[number];

/** A signature that does not count, and why. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: Refusal;
  /** The detail, shortened, because it comes from outside. */
  readonly detail: string;
}

/** Makes a refusal with the reason. */
export function refused(reason: Refusal, detail: string): Refused {
  return { kind: 'refused', reason, detail: detail.slice(0, 200) };
}

/** The refusal with the latest reason: its signature passed the most checks. */
export function nearest(refusals: readonly Refused[]): Refused {
  const none = refused('no-signature', 'no signature of the image can be read');
  return refusals.reduce((best, one) => (rank(one) > rank(best) ? one : best), none);
}

function rank({ reason }: Refused): number {
  return REFUSALS.indexOf(reason);
}
