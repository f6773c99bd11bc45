import { PromoteError } from '../errors.ts';
import { redactUrl } from '../secrets/url.ts';
import { guardAddress } from './address.ts';
import type { HostConnections } from './connections.ts';
import type { HttpAnswer, HttpRequest } from './request.ts';

const STATUSES = new Set([301, 302, 303, 307, 308]);
const FOR_GOOD = new Set([301, 308]);
const MOST = 5;
/** Headers that hold a login: for every server, and for GitLab. */
const LOGINS = new Set(['authorization', 'cookie', 'private-token', 'job-token']);

/**
 * Sends a GET or HEAD along its redirects, with logins only for the same origin. A redirect to plain HTTP or
 * to a private address that is not the server's own throws `UNREACHABLE`. So do more than five.
 */
export async function followRedirects<Answer extends HttpAnswer>(
  request: HttpRequest,
  hosts: HostConnections | undefined,
  send: (request: HttpRequest) => Promise<Answer>,
): Promise<Answer> {
  let current = request;
  for (let count = 0; count <= MOST; count += 1) {
    const answer = await send(current);
    const next = redirected(current, answer, hosts);
    if (next === undefined) return answer;
    current = next;
  }
  throw new PromoteError(
    'UNREACHABLE',
    `${request.operation}: ${request.method} ${redactUrl(request.url)}: more than ${MOST} redirects`,
  );
}

function redirected(
  request: HttpRequest,
  { status, headers }: HttpAnswer,
  hosts: HostConnections | undefined,
): HttpRequest | undefined {
  const { location } = headers;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const follows =
    request.redirects === 'follow-temporary' ? !FOR_GOOD.has(status) : request.redirects !== 'return';
  if (!isRead || !follows || location === undefined || !STATUSES.has(status)) return undefined;
  const url = URL.parse(location, request.url.href);
  if (url === null) return undefined;
  guardAddress(url, request.url, request.operation, hosts?.get(request.url.host)?.trusted);
  const isSameOrigin = url.origin === request.url.origin;
  return { ...request, url, ...(isSameOrigin ? {} : { headers: anonymous(request) }) };
}

function anonymous({ headers = {} }: HttpRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !LOGINS.has(name.toLowerCase())));
}
