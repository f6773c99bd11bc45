import type { KeyObject } from 'node:crypto';
import { RE2JS } from 're2js';

/** Whose signatures count, and what must testify to them. */
export type TrustedSigner =
  | { readonly kind: 'key'; readonly key: KeyObject; readonly requires: Requirement }
  | ({ readonly kind: 'certificate'; readonly requires: Requirement } & IdentityMatch);

/** Whom a certificate must have been issued to, and by which identity provider. */
export interface IdentityMatch {
  readonly identity: NameMatch;
  readonly issuer: NameMatch;
}

/** A name as it must be, or a pattern of RE2 that matches the whole of it. */
export type NameMatch =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** Which testimony a signature must have: an entry of a transparency log, a timestamp of an authority. */
export interface Requirement {
  /** `if-any`: one where the trusted root knows a log at all; a private Sigstore may have none. */
  readonly log: boolean | 'if-any';
  readonly timestamp: boolean;
}

/** A key whose signatures count; by itself it needs no testimony. */
export function trustedKey(
  key: KeyObject,
  requires: Requirement = { log: false, timestamp: false },
): TrustedSigner {
  return { kind: 'key', key, requires };
}

/**
 * An identity whose signatures count. Its certificates live for minutes, so one testimony of the time is always needed:
 * a log entry unless said otherwise, or no log is trusted.
 */
export function trustedIdentity(
  match: IdentityMatch,
  requires: Requirement = { log: 'if-any', timestamp: false },
): TrustedSigner {
  return { kind: 'certificate', ...match, requires };
}

/** Whether the name is the one, or the whole of it matches: nothing before, behind, or on another line. */
export function matchesName(match: NameMatch, name: string | undefined): boolean {
  if (name === undefined) return false;
  return match.kind === 'exact' ? name === match.text : RE2JS.compile(match.pattern).testExact(name);
}
