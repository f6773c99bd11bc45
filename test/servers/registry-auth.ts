import type { IncomingMessage } from 'node:http';
import type { Answer } from './registry-routes.ts';

/** Who may do what: the user `user` with the password `secret`, or another one; for Bearer, tokens come from `/token` here. */
export interface RegistryAuthOptions {
  readonly kind: 'basic' | 'bearer';
  readonly password?: string;
  /** Seconds; default 300. */
  readonly lifetime?: number;
  /** The identity token that OAuth 2 takes; absent: the realm knows no POST. */
  readonly identityToken?: string;
  /** Another realm than its own. */
  readonly realm?: string;
}

/** The user and password that the registry accepts, as a header. */
function userOf({ password = 'secret' }: RegistryAuthOptions): string {
  return `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
}

/** The answer to a request that is not authorised, or to one for a token; `undefined`: let it pass. */
export function authorise(
  options: RegistryAuthOptions | undefined,
  message: IncomingMessage,
  body: Buffer,
): Answer | undefined {
  if (options === undefined) return undefined;
  const url = new URL(message.url ?? '', `http://${message.headers.host}`);
  const { authorization = '' } = message.headers;
  if (url.pathname === '/token') return grant(options, message, url.searchParams, body);
  if (options.kind === 'basic') {
    return authorization === userOf(options) ? undefined : refuse(401, 'Basic realm="test"');
  }
  const wanted = wantedScope(message.method ?? '', url.pathname);
  const granted = authorization.startsWith('Bearer ') ? readToken(authorization.slice(7)) : [];
  if (granted.some(scope => allows(scope, wanted))) return undefined;
  const realm = options.realm ?? `${url.origin}/token`;
  return refuse(401, `Bearer realm="${realm}",service="registry.test",scope="${wanted}"`);
}

function grant(
  options: RegistryAuthOptions,
  message: IncomingMessage,
  query: URLSearchParams,
  body: Buffer,
): Answer {
  const { authorization } = message.headers;
  if (message.method === 'POST') {
    const form = new URLSearchParams(body.toString());
    if (options.identityToken === undefined) return refuse(404);
    const isKnown = form.get('refresh_token') === options.identityToken;
    return isKnown ? token(options, (form.get('scope') ?? '').split(' ')) : refuse(400);
  }
  if (authorization === userOf(options)) return token(options, query.getAll('scope'));
  // Anonymous readers get what they may have: pulls.
  const pulls = query.getAll('scope').map(scope => scope.replace(/:pull,push$/, ':pull'));
  return authorization === undefined ? token(options, pulls) : refuse(401);
}

function token({ lifetime = 300 }: RegistryAuthOptions, granted: readonly string[]): Answer {
  const value = Buffer.from(JSON.stringify({ granted, salt: Math.random() })).toString('base64url');
  return json(200, { token: value, expires_in: lifetime });
}

function wantedScope(method: string, path: string): string {
  const name = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1] ?? '';
  // https://github.com/distribution/distribution/blob/v2.8.3/registry/handlers/app.go (appendAccessRecords)
  if (method === 'DELETE') return `repository:${name}:delete`;
  return `repository:${name}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}`;
}

function allows(granted: string, wanted: string): boolean {
  const [held, asked] = [granted, wanted].map(scope => scope.split(':'));
  const actions = asked?.at(-1)?.split(',') ?? [];
  const isSame = held?.slice(0, -1).join(':') === asked?.slice(0, -1).join(':');
  return isSame && actions.every(action => held?.at(-1)?.split(',').includes(action));
}

function readToken(token: string): readonly string[] {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()).granted;
  } catch {
    return [];
  }
}

function refuse(status: number, challenge?: string): Answer {
  const answer = json(status, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  return challenge === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}

function json(status: number, body: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
