import type { ErrorCode, PromoteError } from '../errors.ts';
import { type Phrase, phrase } from './document.ts';

/** One line with the failure and what to do next. */
export function failureItem({ message, hint }: PromoteError, indent = ''): readonly Phrase[] {
  return [
    phrase(`${indent}failed:`, 'bad'),
    phrase(message),
    ...(hint ? [phrase(`(${hint})`, 'quiet')] : []),
  ];
}

/** A failure for programs. `UNEXPECTED` is a defect of promote itself. */
export interface Failure {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly message: string;
  readonly hint: string | undefined;
}

/** A failure for programs; null where there is none. */
export function errorJson(error: Failure | undefined) {
  return error === undefined ? null : failureJson(error);
}

/** A failure for programs. */
export function failureJson({ code, message, hint }: Failure) {
  return { code, message, hint: hint ?? null };
}
