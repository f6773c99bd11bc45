import { redact } from './secrets/redact.ts';

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
  | 'SYSTEM'
  | 'CANCELLED';

/** What a `PromoteError` may carry besides its message. */
export interface ErrorDetails {
  /** What the user can do next, as one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Set if only a login, a key or a password is missing here, and nothing is wrong. */
  readonly isAbsent?: true | undefined;
}

/**
 * An expected failure. The message has operation, side, subject, expected and actual; `hint` says what to do
 * next. Secrets are redacted in both.
 */
export class PromoteError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Whether only a login, a key or a password is missing here, and nothing is wrong. */
  readonly isAbsent: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redact(message), 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'PromoteError';
    this.code = code;
    this.isAbsent = details.isAbsent === true;
    this.hint = details.hint === undefined ? undefined : redact(details.hint);
  }
}

/**
 * Throws one error for all failures, in order. It has the first one's code, a line for each, and each hint
 * once. Without failures it throws nothing.
 */
export function throwAll(doing: string, errors: readonly PromoteError[]): void {
  const [first, ...others] = errors;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const lines = [...new Set(errors.map(({ message }) => `\n  ${message.replaceAll('\n', '\n  ')}`))];
  const hints = [...new Set(errors.flatMap(({ hint }) => hint ?? []))];
  const hint = hints.length === 0 ? undefined : hints.join('; ');
  throw new PromoteError(first.code, `${doing}:${lines.join('')}`, { hint, cause: first });
}

/**
 * Throws an error that can only be a defect of this program. A `catch` that blames something else calls this
 * first, unless it names the errors that it handles.
 */
export function rethrowDefect(error: unknown): void {
  if (error instanceof ReferenceError) throw error;
  // Node's own errors, as for text that is not UTF-8, have a code. Those of `fetch` have a cause.
  if (error instanceof TypeError && !('code' in error) && error.cause === undefined) throw error;
}

/** The meaning of the operating system's error codes for files, and a hint for each. */
const SYSTEM: ReadonlyMap<string, readonly [meaning: string, hint: string]> = new Map([
  [
    'ENOSPC',
    ['no space is left on the disk', 'make room there and run again: what is done is not done twice'],
  ],
  ['EDQUOT', ['the disk quota is used up', 'make room there and run again: what is done is not done twice']],
  ['EROFS', ['the file system is read-only', 'make it writable, or name another directory']],
  ['EACCES', ['permission denied', 'let the user that runs promote read and write there']],
  ['EPERM', ['operation not permitted', 'let the user that runs promote read and write there']],
  [
    'ENOENT',
    ['no such file or directory', 'check the path, and whether something else removes what lies there'],
  ],
  ['ENOTDIR', ['a file lies where a directory should', 'move the file away, or name another path']],
  ['EISDIR', ['a directory lies where a file should', 'move the directory away, or name another path']],
  ['EEXIST', ['something lies there already', 'move it away, or name another path']],
  ['ENOTEMPTY', ['the directory is not empty', 'check whether something else writes there']],
  ['ENAMETOOLONG', ['the path is too long', 'name a shorter one']],
  ['ELOOP', ['symbolic links lead in a circle', 'correct them, or name another path']],
  ['EMFILE', ['too many files are open', 'allow more open files (ulimit -n)']],
  ['ENFILE', ['too many files are open on this machine', 'end other programs, or allow more open files']],
  ['EFBIG', ['the file is too large', 'allow larger files there, or name another directory']],
  ['EBUSY', ['something else uses it', 'wait for it, and run again']],
  ['EIO', ['the disk fails', 'check the disk']],
  ['ENOMEM', ['no memory is left', 'give the run more memory']],
  ['ESTALE', ['the network file system has lost it', 'mount it again, and run again']],
]);

/** A file operation that the operating system refused, with the task; `undefined` for other errors. */
export function systemFailure(doing: string, error: unknown): PromoteError | undefined {
  const reason = systemReason(error);
  if (reason === undefined) return undefined;
  return new PromoteError('SYSTEM', `${doing}: ${reason.text}`, { hint: reason.hint, cause: error });
}

/** Why the operating system refused, with code, call and path; `undefined` for other errors. */
function systemReason(error: unknown): { readonly text: string; readonly hint: string } | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const { code, syscall } = error;
  const known = SYSTEM.get(String(code));
  if (known === undefined) return undefined;
  const [meaning, hint] = known;
  const path = 'path' in error && error.path !== undefined ? ` ${error.path}` : '';
  return { text: `${meaning} (${code}: ${syscall}${path})`, hint };
}

/** A failure on one line, with its hint. */
export function failureText({ message, hint }: PromoteError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

/** Why something failed, by any error; with a hint, if one is known. */
export function reasonOf(error: unknown): { readonly text: string; readonly hint?: string | undefined } {
  return systemReason(error) ?? { text: error instanceof Error ? error.message : String(error) };
}

/** The code of a failure to write where the command line says: a wrong path is `USAGE`, and a full disk is not. */
export function writeFailureCode(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(code) ? 'SYSTEM' : 'USAGE';
}

/** Runs an action. If the operating system refuses a file, throws `SYSTEM` with the task in its message. */
export async function withSystem<Result>(doing: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw systemFailure(doing, error) ?? error;
  }
}

/** As `withSystem`, for a stream: an open file may fail long after it was opened, while it is read. */
export async function* streamWithSystem<Item>(
  doing: string,
  stream: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  try {
    yield* stream;
  } catch (error) {
    throw systemFailure(doing, error) ?? error;
  }
}

/** The result of a file operation; `undefined` if nothing lies at the path. Every other error is thrown. */
export async function ifPresent<Result>(operation: Promise<Result>): Promise<Result | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether a file operation failed because nothing lies at the path. */
function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
