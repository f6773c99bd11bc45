import { type ErrorCode, PromoteError } from '../../errors.ts';
import { asFailure } from '../../http/failure.ts';
import { remoteText } from '../git/remote-text.ts';
import { neededPermission } from './permission.ts';

/** What GitHub refused, with its status and words for those who handle a certain refusal. */
export class GitHubFailure extends PromoteError {
  /** The HTTP status; 200 where GraphQL answered with errors. */
  readonly status: number;
  /** What GitHub said, on one line. */
  readonly said: string;

  constructor(
    code: ErrorCode,
    message: string,
    details: { readonly status: number; readonly said: string; readonly hint: string | undefined },
  ) {
    super(code, message, { hint: details.hint });
    this.status = details.status;
    this.said = details.said;
  }
}

/** Whether GitHub refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is GitHubFailure {
  return error instanceof GitHubFailure && statuses.includes(error.status);
}

/** The error for what a request threw; `doing` is the operation with its subject. No secret is kept, nor the request. */
export function githubFailure(doing: string, error: unknown, secrets: readonly string[]): PromoteError {
  if (error instanceof PromoteError) return error;
  if (!(error instanceof Error)) return new PromoteError('UNREACHABLE', `${doing}: failed without a message`);
  // Octokit ends its messages with the address of GitHub's documentation.
  const said = remoteText(error.message.replace(/ - https?:\/\/\S+$/, ''), secrets);
  const isGraphql = 'errors' in error;
  if (!isGraphql && !('status' in error)) return new PromoteError('INVALID', `${doing}: ${said}`);
  const response = field(error, 'response');
  if (response === undefined) return unanswered(doing, error);
  const status = isGraphql ? 200 : Number(field(error, 'status'));
  const headers = headersOf(isGraphql ? field(error, 'headers') : field(response, 'headers'));
  const { code, hint } = explain(status, said, headers);
  return new GitHubFailure(code, `${doing}: ${said} (${status})`, { status, said, hint });
}

interface Explanation {
  readonly code: ErrorCode;
  readonly hint?: string;
}

type Headers = ReadonlyMap<string, string>;

function explain(status: number, said: string, headers: Headers): Explanation {
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  if (known !== undefined) return known;
  const needed = neededPermission(headers);
  if (status === 401) {
    return { code: 'UNAUTHORIZED', hint: 'the token is wrong or has expired: give another one' };
  }
  if (status === 403) return { code: 'FORBIDDEN', hint: needed ?? 'let the token do this' };
  if (status === 404) {
    return {
      code: 'NOT_FOUND',
      hint: `check the name${needed === undefined ? '' : `; the token ${needed}`}`,
    };
  }
  if (status >= 500)
    return { code: 'UNREACHABLE', hint: 'run it again: what is done already is not done twice' };
  return { code: 'INVALID' };
}

const KNOWN: readonly (Explanation & { readonly pattern: RegExp })[] = [
  {
    pattern: /rate limit|abuse detection/i,
    code: 'UNREACHABLE',
    hint: "GitHub's rate limit is used up: run it again later, or use a GitHub App, which has a limit of its own",
  },
  {
    pattern: /protected branch|repository rule violations|GH006|GH013|changes must be made through/i,
    code: 'FORBIDDEN',
    hint: 'the branch is protected: let the environment commit by pull request, or let the token bypass the rule',
  },
  {
    pattern: /not permitted to create or approve pull requests/i,
    code: 'FORBIDDEN',
    hint: 'allow it under Settings, Actions, General, "Allow GitHub Actions to create and approve pull requests", or use a GitHub App',
  },
  {
    pattern: /SAML|organization has enabled|IP allow list/i,
    code: 'FORBIDDEN',
    hint: 'authorise the token for the organization',
  },
];

function unanswered(doing: string, error: Error): PromoteError {
  const request = field(error, 'request');
  const url = URL.parse(String(field(request, 'url'))) ?? new URL('https://api.github.com');
  // Octokit keeps the network's error as the cause of its own.
  return asFailure({ operation: doing, method: 'GET', url }, error.cause ?? error);
}

function headersOf(headers: unknown): Headers {
  if (typeof headers !== 'object' || headers === null) return new Map();
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
