import type { ErrorCode } from '../../errors.ts';
import { rethrowDefect } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import type { HttpResponse } from '../../http/request.ts';
import { Refusal } from '../api/refusal.ts';
import { MERGE, type Need, tokenHint } from './need.ts';
import type { TokenKind } from './options.ts';

/** Who sent the request, for the error's message. */
export interface Asker {
  readonly token: string;
  readonly tokenKind: TokenKind;
}

/** The error for an unsuccessful answer; `doing` is the operation with its subject. It contains no secret. */
export function gitlabFailure(
  doing: string,
  { status, bytes, headers }: HttpResponse,
  need: Need,
  { token, tokenKind }: Asker,
): Refusal {
  const said = remoteText(messageIn(bytes), [token]);
  const message = `${doing}: ${said === '' ? 'refused' : said} (${status})`;
  // GitLab answers 401 to an account that may not merge, as if the account were unknown.
  const meant = status === 401 && need === MERGE ? 403 : status;
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  const { code, hint } = known ?? explain(meant, tokenHint(tokenKind, need), headers.location);
  return new Refusal(code, message, { status, said, hint });
}

const KNOWN: readonly {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly hint: string;
}[] = [
  {
    pattern: /archived/i,
    code: 'FORBIDDEN',
    hint: 'unarchive the project under Settings, General, or name the one that replaces it in deployments.repository',
  },
  {
    pattern: /your (account|ip)|account has been blocked|access denied.*ip/i,
    code: 'FORBIDDEN',
    hint: "the token's account is blocked, or its address is not one that the group allows",
  },
  {
    pattern: /SAML|single sign-on|\bSSO\b/i,
    code: 'FORBIDDEN',
    hint: 'sign in to the group by single sign-on with the account of the token, or use a group or project access token',
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
      hint: `check the name, and the token, from which GitLab hides what it may not see: ${needed}`,
    };
  if (status === 429) {
    return { code: 'UNREACHABLE', hint: "GitLab's rate limit is used up: run it again later" };
  }
  if (status >= 500) {
    return { code: 'UNREACHABLE', hint: 'run it again: what is done already is not done twice' };
  }
  if (location !== undefined) {
    return { code: 'NOT_FOUND', hint: 'the project seems to have moved: give its present path' };
  }
  return { code: 'INVALID' };
}

/** GitLab's `message` is a text, a list, or lists by field; OAuth's errors are `error` and `error_description`. */
function messageIn(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return text;
    const { message, error, error_description }: Record<string, unknown> = { ...body };
    return [message, error, error_description].flatMap(texts).join(': ');
  } catch (error) {
    rethrowDefect(error);
    // An HTML page, for example a proxy's, has many lines and no useful message.
    return /^\s*</.test(text) ? '' : text;
  }
}

function texts(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const named = Array.isArray(value) || key === 'base' ? '' : `${key} `;
    return texts(inner, depth + 1).map(text => `${named}${text}`);
  });
}
