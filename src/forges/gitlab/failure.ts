import type { ErrorCode } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import type { HttpResponse } from '../../http/request.ts';
import { explainStatus, refusalText } from '../api/explain.ts';
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
  const said = remoteText(refusalText(bytes, wordsIn), [token]);
  const message = `${doing}: ${said === '' ? 'refused' : said} (${status})`;
  // GitLab answers 401 to an account that may not merge, as if the account were unknown.
  const meant = status === 401 && need === MERGE ? 403 : status;
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  const { code, hint } = known ?? explainStatus(meant, WORDS, tokenHint(tokenKind, need), headers.location);
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
  {
    // GitLab answers 400 to the rest.
    pattern: /permissions? to set pipeline variables/i,
    code: 'FORBIDDEN',
    hint: 'set "Minimum role to use pipeline variables" to Developer under Settings, CI/CD, Variables',
  },
  {
    pattern: /permission to run a pipeline on/i,
    code: 'FORBIDDEN',
    hint: 'the branch is protected: allow the role of the token to push or merge to it under Settings, Repository, Protected branches',
  },
];

const WORDS = {
  forge: 'GitLab',
  limited: "GitLab's",
  moved: 'the project seems to have moved: give its present path',
};

/** GitLab's `message` is a text, a list, or lists by field; OAuth's errors are `error` and `error_description`. */
function wordsIn({ message, error, error_description }: Readonly<Record<string, unknown>>): string {
  return [message, error, error_description].flatMap(one => texts(one)).join(': ');
}

function texts(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const named = Array.isArray(value) || key === 'base' ? '' : `${key} `;
    return texts(inner, depth + 1).map(text => `${named}${text}`);
  });
}
