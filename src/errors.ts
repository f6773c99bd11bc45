/** The closed set of reasons a run can fail for; tests and callers match on these, never on messages. */
export type ErrorCode =
  | 'USAGE'
  | 'CONFIGURATION'
  | 'UNSUPPORTED'
  | 'INVALID'
  | 'NOT_FOUND'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'UNREACHABLE'
  | 'REGISTRY'
  | 'TOO_LARGE'
  | 'DIGEST_MISMATCH'
  | 'TAG_MOVED'
  | 'EVIDENCE'
  | 'KEY'
  | 'SIGNATURE'
  | 'AMBIGUOUS'
  | 'PLAN_CHANGED'
  | 'BRANCH_MOVED'
  | 'DIRTY'
  | 'GIT'
  | 'CANCELLED';

/** What a `PromoteError` may carry besides its message. */
export interface ErrorDetails {
  /** What the user can do next, as one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An expected failure: the message says operation, side, subject, expected and actual; `hint` what to do next. */
export class PromoteError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'PromoteError';
    this.code = code;
    this.hint = details.hint;
  }
}

/**
 * Throws on what only a fault of this program can be. A `catch` that takes what it caught for somebody else's mistake
 * asks this first, unless it names the errors that it takes.
 */
export function rethrowDefect(error: unknown): void {
  if (error instanceof ReferenceError) throw error;
  // Node's own, such as that of text which is not UTF-8, have a code.
  if (error instanceof TypeError && !('code' in error)) throw error;
}
