import { type ErrorCode, rethrowDefect } from '../../errors.ts';

/** What a refusal means, and what to do. */
export interface Explained {
  readonly code: ErrorCode;
  readonly hint?: string | undefined;
}

/** How one forge is spoken of. */
export interface ForgeWords {
  /** Such as `GitLab`. */
  readonly forge: string;
  /** The owner of the rate limit: `GitLab's`. */
  readonly limited: string;
  /** What is moved, and what to give in its place. */
  readonly moved: string;
}

/** The meaning of an unsuccessful status by itself; `needed` is what the token has to have. */
export function explainStatus(
  status: number,
  { forge, limited, moved }: ForgeWords,
  needed: string,
  location: string | undefined,
): Explained {
  if (status === 401)
    return { code: 'UNAUTHORIZED', hint: `the token is wrong, expired or revoked; ${needed}` };
  if (status === 403) return { code: 'FORBIDDEN', hint: needed };
  if (status === 404)
    return {
      code: 'NOT_FOUND',
      hint: `check the name, and the token, from which ${forge} hides what it may not see: ${needed}`,
    };
  if (status === 429)
    return { code: 'UNREACHABLE', hint: `${limited} rate limit is used up: run it again later` };
  if (status >= 500)
    return { code: 'UNREACHABLE', hint: 'run it again: what is done already is not done twice' };
  return location === undefined ? { code: 'INVALID' } : { code: 'NOT_FOUND', hint: moved };
}

/** The words of a refusal: what `wordsIn` finds in its JSON, or its text. An HTML page has none. */
export function refusalText(
  bytes: Uint8Array,
  wordsIn: (body: Readonly<Record<string, unknown>>) => string,
): string {
  const text = new TextDecoder().decode(bytes);
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? wordsIn({ ...body }) : text;
  } catch (error) {
    rethrowDefect(error);
    return /^\s*</.test(text) ? '' : text;
  }
}
