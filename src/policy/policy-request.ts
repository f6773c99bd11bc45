import { PromoteError } from '../errors.ts';
import type { Signed } from './signed.ts';
import type { Way } from './verifiers.ts';

/** A policy document, and notes for people if the document has no comments. */
export interface AdmissionPolicy {
  readonly text: string;
  readonly notes: readonly string[];
}

/** What a verifier has to read, and in which form. */
export interface PolicyRequest {
  readonly signed: Signed;
  readonly way: Way;
  /** The version from `--for`. */
  readonly version: string;
}

/** The error for a document that would not require the signatures. */
export function refused(message: string, hint: string): PromoteError {
  return new PromoteError('CONFIGURATION', message, { hint });
}
