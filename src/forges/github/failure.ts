import { PromoteError, rethrowDefect } from '../../errors.ts';
import { remoteText } from '../../git/remote-text.ts';
import { asFailure, Failure } from '../../http/failure.ts';
import { Refusal } from '../api/refusal.ts';
import { explain } from './explain.ts';
import type { RefusedRequest } from './permission.ts';

/** The error for a failed request; `doing` is the operation with its subject. It contains no secret. */
export function githubFailure(doing: string, error: unknown, secrets: readonly string[]): PromoteError {
  if (error instanceof PromoteError) return error;
  rethrowDefect(error);
  if (!(error instanceof Error)) return new PromoteError('UNREACHABLE', `${doing}: failed without a message`);
  const words = remoteText(wordsOf(error), secrets);
  // A proxy answers with a page.
  const said = /^\s*</.test(words) ? 'refused' : words;
  const isGraphql = 'errors' in error;
  if (!isGraphql && !('status' in error)) return new PromoteError('INVALID', `${doing}: ${said}`);
  const response = field(error, 'response');
  if (response === undefined) return unanswered(doing, error);
  const status = isGraphql ? 200 : Number(field(error, 'status'));
  const { code, hint } = explain(status, said, refusedRequest(error, response));
  return new Refusal(code, `${doing}: ${said} (${status})`, { status, said, hint });
}

/** Removes Octokit's own words around GitHub's message, and replaces its JSON by GitHub's details. */
function wordsOf(error: Error): string {
  const { message } = error;
  const data = field(field(error, 'response'), 'data');
  const [summary, errors] = [field(data, 'message'), field(data, 'errors')];
  if (typeof summary === 'string' && Array.isArray(errors) && message.startsWith(summary))
    return [summary.replace(/[.:]+$/, ''), errors.map(detailOf).join(', ')].filter(Boolean).join(': ');
  return message
    .replace(/^Request failed due to following response errors:\s+- /, '')
    .replace(/ - https?:\/\/\S+$/, '');
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const reason = field(error, 'message');
  if (typeof reason === 'string') return reason;
  return [field(error, 'field'), field(error, 'code')].filter(part => typeof part === 'string').join(' ');
}

function unanswered(doing: string, error: Error): PromoteError {
  const request = field(error, 'request');
  const url = URL.parse(String(field(request, 'url'))) ?? new URL('https://api.github.com');
  // Octokit keeps the network's error as the cause of its own.
  const failure = asFailure({ operation: doing, method: 'GET', url }, error.cause ?? error);
  const retried = Number(field(field(request, 'request'), 'retryCount') ?? 0);
  return failure instanceof Failure ? failure.after(retried + 1) : failure;
}

function refusedRequest(error: Error, response: unknown): RefusedRequest {
  const request = field(error, 'request');
  const query = field(request, 'query');
  const headers = field(error, 'headers') ?? field(response, 'headers');
  return {
    method: String(field(request, 'method')),
    subject:
      typeof query === 'string' ? (/(\w+)\(input/.exec(query)?.[1] ?? '') : pathOf(field(request, 'url')),
    headers: new Map(Object.entries({ ...(typeof headers === 'object' && headers) }).map(lowered)),
  };
}

function pathOf(url: unknown): string {
  const path = URL.parse(String(url))?.pathname ?? '';
  return path.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/repos\/[^/]+\/[^/]+/, '');
}

function lowered([name, value]: [string, unknown]): [string, string] {
  return [name.toLowerCase(), String(value)];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
