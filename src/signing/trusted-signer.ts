import type { KeyObject } from 'node:crypto';
import { RE2JS } from 're2js';

/** A signer that counts, and the verification material that its signatures need. */
export type TrustedSigner =
  | { readonly kind: 'key'; readonly key: KeyObject; readonly requires: Requirement }
  | ({ readonly kind: 'certificate'; readonly requires: Requirement } & IdentityMatch);

/** The required identity of a certificate, and its identity provider. */
export interface IdentityMatch {
  readonly identity: NameMatch;
  readonly issuer: NameMatch;
}

/** An exact name, or an RE2 pattern that must match the whole name. */
export type NameMatch =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

/**
 * The verification material that a signature must have: a transparency log's entry, an authority's timestamp.
 */
export interface Requirement {
  /** `if-any`: required if the trusted root names a log. A private Sigstore may have none. */
  readonly log: boolean | 'if-any';
  readonly timestamp: boolean;
}

/** A key whose signatures count. By default it needs no verification material. */
export function trustedKey(
  key: KeyObject,
  requires: Requirement = { log: false, timestamp: false },
): TrustedSigner {
  return { kind: 'key', key, requires };
}

/**
 * An identity whose signatures count. Its certificates are valid for minutes, so a verified time is always
 * required: by default a log entry, if any log is trusted.
 */
export function trustedIdentity(
  match: IdentityMatch,
  requires: Requirement = { log: 'if-any', timestamp: false },
): TrustedSigner {
  return { kind: 'certificate', ...match, requires };
}

/** Whether the name is equal, or the pattern matches the whole name and nothing else. */
export function matchesName(match: NameMatch, name: string | undefined): boolean {
  if (name === undefined) return false;
  return match.kind === 'exact' ? name === match.text : RE2JS.compile(match.pattern).testExact(name);
}
