import type { ErrorCode } from '../../errors.ts';
import { rethrowDefect } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import type { HttpResponse } from '../../http/request.ts';
import { Refusal } from '../api/refusal.ts';
import { type Need, tokenHint } from './need.ts';
import type { TokenKind } from './options.ts';

/** Who sent the request, for the error's message. */
export interface Asker {
  readonly token: string;
  readonly tokenKind: TokenKind;
}

/** The error for an unsuccessful answer; `doing` is the operation with its subject. It contains no secret. */
export function forgejoFailure(
  doing: string,
  { status, bytes, headers }: HttpResponse,
  need: Need,
  { token, tokenKind }: Asker,
): Refusal {
  const said = remoteText(messageIn(bytes), [token]);
  const message = `${doing}: ${said === '' ? 'refused' : said} (${status})`;
  const known = KNOWN.find(one => one.status === status && one.pattern.test(said));
  const { code, hint } = known ?? explain(status, tokenHint(tokenKind, need), headers.location);
  return new Refusal(code, message, {
    status,
    said,
    hint: hint === 'token' ? tokenHint(tokenKind, need) : hint,
  });
}

/** Refusals whose status alone would mislead; `token`: what that token lacks. */
const KNOWN: readonly {
  readonly status: number;
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly hint: string;
}[] = [
  { status: 405, pattern: /^user not allowed to merge/i, code: 'FORBIDDEN', hint: 'token' },
  // Forgejo answers 400 for an object that is not there: `routers/api/v1/repo/blob.go` and `tree.go`.
  { status: 400, pattern: /not exist|not found/i, code: 'NOT_FOUND', hint: 'check the name' },
  {
    status: 403,
    pattern: /prohibited|blocked|must change your password|not active/i,
    code: 'FORBIDDEN',
    hint: "the token's account is blocked, or has to sign in once",
  },
  {
    status: 413,
    pattern: /quota/i,
    code: 'FORBIDDEN',
    hint: "the owner's quota is used up: make room, or have it raised",
  },
];

function explain(
  status: number,
  needed: string,
  location: string | undefined,
): { readonly code: ErrorCode; readonly hint?: string } {
  if (status === 401)
    return { code: 'UNAUTHORIZED', hint: `the token is wrong, expired or revoked; ${needed}` };
  if (status === 403) return { code: 'FORBIDDEN', hint: needed };
  if (status === 404)
    return {
      code: 'NOT_FOUND',
      hint: `check the name, and the token, from which Forgejo hides what it may not see: ${needed}`,
    };
  if (status === 423) {
    const hint = 'unarchive the repository, or name the one that replaces it in deployments.repository';
    return { code: 'FORBIDDEN', hint };
  }
  if (status === 429) {
    return { code: 'UNREACHABLE', hint: "the instance's rate limit is used up: run it again later" };
  }
  if (status >= 500) {
    return { code: 'UNREACHABLE', hint: 'run it again: what is done already is not done twice' };
  }
  if (location !== undefined) {
    return { code: 'NOT_FOUND', hint: 'the repository seems to have moved: give its present address' };
  }
  return { code: 'INVALID' };
}

/** `message`, with `errors` where they say more; for a conflict of a merge it contains Git's output. */
function messageIn(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return text;
    const { message, errors, StdErr, StdOut }: Record<string, unknown> = { ...body };
    const words = [message, ...(Array.isArray(errors) ? errors : []), StdErr, StdOut];
    return words.filter(word => typeof word === 'string' && word !== '').join(': ');
  } catch (error) {
    rethrowDefect(error);
    // An HTML page, for example a proxy's, has many lines and no useful message.
    return /^\s*</.test(text) ? '' : text;
  }
}
