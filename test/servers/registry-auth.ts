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
  /** What whoever logs in may do; default: all. */
  readonly may?: readonly ('pull' | 'push' | 'delete')[];
  /** Whether what the token grants can be read in it: https://distribution.github.io/distribution/spec/auth/jwt/ */
  readonly jwt?: boolean;
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
    return isKnown ? token(options, allowed(options, (form.get('scope') ?? '').split(' '))) : refuse(400);
  }
  if (authorization === userOf(options)) return token(options, allowed(options, query.getAll('scope')));
  // Anonymous readers get what they may have: pulls.
  const pulls = query.getAll('scope').map(scope => scope.replace(/:pull,push$/, ':pull'));
  return authorization === undefined ? token(options, pulls) : refuse(401);
}

/**
 * A token server grants as much of what is asked as the login may, and a smaller grant is no error:
 * https://distribution.github.io/distribution/spec/auth/token/#requesting-a-token
 */
function allowed({ may }: RegistryAuthOptions, asked: readonly string[]): readonly string[] {
  if (may === undefined) return asked;
  return asked.map(scope => {
    const [actions = '', ...name] = scope.split(':').reverse();
    const granted = actions.split(',').filter(action => may.some(right => right === action));
    return [...name.reverse(), granted.join(',')].join(':');
  });
}

function token({ lifetime = 300, jwt }: RegistryAuthOptions, granted: readonly string[]): Answer {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const opaque = encode({ granted, salt: Math.random() });
  return json(200, {
    token: jwt ? `${encode({ alg: 'none' })}.${claims(granted)}.c2lnbmVk` : opaque,
    expires_in: lifetime,
  });
}

function claims(granted: readonly string[]): string {
  const access = granted.map(scope => {
    const [type = '', name = '', actions = ''] = scope.split(':');
    return { type, name, actions: actions === '' ? [] : actions.split(',') };
  });
  return Buffer.from(JSON.stringify({ access, jti: Math.random() })).toString('base64url');
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
    const [, payload] = token.split('.');
    if (payload === undefined) return JSON.parse(Buffer.from(token, 'base64url').toString()).granted;
    const { access } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return access.map(
      (entry: { readonly type: string; readonly name: string; readonly actions: readonly string[] }) =>
        `${entry.type}:${entry.name}:${entry.actions.join(',')}`,
    );
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
