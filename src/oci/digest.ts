import { createHash, type Hash } from 'node:crypto';
import { PromoteError } from '../errors.ts';

declare const digestBrand: unique symbol;

/**
 * A content identifier, `sha256:<64 hex>` or `sha512:<128 hex>`.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export type Digest = string & { readonly [digestBrand]: true };

const PATTERN = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether the text is a digest of a registered algorithm in canonical form. */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** Parses a digest; throws `INVALID` for any other text. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new PromoteError('INVALID', `not a digest: ${JSON.stringify(text.slice(0, 160))}`, {
    hint: 'a digest reads sha256: followed by 64 hexadecimal digits in lower case',
  });
}

/** The SHA-256 digest of bytes or of UTF-8 text. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}` as Digest;
}

/** A running hash with the digest's own algorithm, to verify a stream. */
export function hashFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest));
}

/** `sha256` or `sha512`. */
export function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** The digest's hexadecimal part. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The first twelve hexadecimal digits, for people to read. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}

/** Throws `DIGEST_MISMATCH` unless the bytes hash to the digest; `subject` names the bytes in the error. */
export function verifyDigest(digest: Digest, bytes: Uint8Array, subject: string): void {
  const actual = hashFor(digest).update(bytes).digest('hex');
  if (actual !== hexOf(digest)) throw digestMismatch(digest, `${algorithmOf(digest)}:${actual}`, subject);
}

/** The error for bytes that do not match their digest. */
export function digestMismatch(expected: Digest, actual: string, subject: string): PromoteError {
  return new PromoteError('DIGEST_MISMATCH', `${subject}: expected ${expected}, received ${actual}`, {
    hint: 'the content was altered or damaged on the way; nothing of it was used',
  });
}
