import { RE2JS } from 're2js';
import { z } from 'zod';
import { rethrowDefect } from '../errors.ts';
import { text } from './text.ts';

/** A signer whose signatures count: a public key's path, or the identity in a certificate. */
export type TrustedSource =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'certificate'; readonly identity: NameMatch; readonly issuer: NameMatch };

/** An exact name, or an RE2 pattern that must match the whole name. */
export type NameMatch =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

const pattern = z
  .string()
  .min(1)
  .max(1024)
  .refine(isPattern, 'expected a regular expression of RE2: https://github.com/google/re2/wiki/Syntax');

/** A name as it is written: exactly, or a pattern. */
export const nameSchema = z.union([
  text,
  z.strictObject({ pattern: pattern.describe('A regular expression of RE2 that matches the whole name.') }),
]);

/** The identity that a Fulcio certificate must be issued to, and its identity provider. */
export const identitySchema = z.strictObject({
  identity: nameSchema.describe("The certificate's subject alternative name, or a pattern of it."),
  issuer: nameSchema.describe('The OpenID Connect issuer, or a pattern of it.'),
});

type WrittenTrusted = string | z.infer<typeof identitySchema>;

/** The signer that a key or identity in the file names. */
export function normaliseTrusted(written: WrittenTrusted): TrustedSource {
  if (typeof written === 'string') return { kind: 'key', key: written };
  return {
    kind: 'certificate',
    identity: normaliseName(written.identity),
    issuer: normaliseName(written.issuer),
  };
}

/** The name that must match. */
export function normaliseName(written: string | { readonly pattern: string }): NameMatch {
  return typeof written === 'string'
    ? { kind: 'exact', text: written }
    : { kind: 'pattern', pattern: written.pattern };
}

function isPattern(written: string): boolean {
  try {
    RE2JS.compile(written);
    return true;
  } catch (error) {
    rethrowDefect(error);
    return false;
  }
}
