import type { ErrorCode } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import type { HttpResponse } from '../../http/request.ts';
import { explainStatus, refusalText } from '../api/explain.ts';
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
  const said = remoteText(refusalText(bytes, wordsIn), [token]);
  const message = `${doing}: ${said === '' ? 'refused' : said} (${status})`;
  const known = KNOWN.find(one => one.status === status && one.pattern.test(said));
  const { code, hint } = known ?? explainStatus(status, WORDS, tokenHint(tokenKind, need), headers.location);
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
  {
    status: 423,
    pattern: /^/,
    code: 'FORBIDDEN',
    hint: 'unarchive the repository, or name the one that replaces it in deployments.repository',
  },
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

const WORDS = {
  forge: 'Forgejo',
  limited: "the instance's",
  moved: 'the repository seems to have moved: give its present address',
};

/** `message`, with `errors` where they say more; for a conflict of a merge it contains Git's output. */
function wordsIn({ message, errors, StdErr, StdOut }: Readonly<Record<string, unknown>>): string {
  const words = [message, ...(Array.isArray(errors) ? errors : []), StdErr, StdOut];
  return words.filter(word => typeof word === 'string' && word !== '').join(': ');
}
