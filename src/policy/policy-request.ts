import { PromoteError } from '../errors.ts';
import type { Signed } from './signed.ts';
import type { Way } from './verifiers.ts';

/** A policy document, and what a person has to know where it has no comments. */
export interface AdmissionPolicy {
  readonly text: string;
  readonly notes: readonly string[];
}

/** What a verifier has to read, and in which form. */
export interface PolicyRequest {
  readonly signed: Signed;
  readonly way: Way;
  /** As `--for` gives it. */
  readonly version: string;
}

/** That a document would not ask for what is signed. */
export function refused(message: string, hint: string): PromoteError {
  return new PromoteError('CONFIGURATION', message, { hint });
}
