import type { ErrorCode } from '../../errors.ts';
import { rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { HttpResponse } from '../../http/request.ts';
import { RegistryError } from '../registry-error.ts';
import { basicHeader, type Credential, loginText } from './credentials-file.ts';
import type { Access } from './scopes.ts';

/** A request for a token. */
export interface TokenRequest extends Access {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly credential: Credential | undefined;
}

/** An access token; `lifetime` in milliseconds. */
export interface Token {
  readonly value: string;
  readonly lifetime: number;
  /** The scopes that the token names; `undefined` where it names none. */
  readonly told: readonly string[] | undefined;
}

const CLIENT = 'gitops-promote';
const SHORTEST_LIFETIME = 60;
// OAuth 2 answers 400 to an invalid identity token.
const REFUSALS: Readonly<Record<number, ErrorCode>> = {
  400: 'UNAUTHORIZED',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
};

/**
 * Asks a registry's realm for a token: by OAuth 2 with an identity token, else by GET, anonymously or with Basic.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export async function fetchToken(http: Http, request: TokenRequest): Promise<Token> {
  const { credential } = request;
  if (credential?.kind === 'identity-token') {
    const answer = await exchange(http, request, credential.token);
    if (answer.status !== 404 && answer.status !== 405) return read(request, 'POST', answer);
  }
  return read(request, 'GET', await get(http, request));
}

async function exchange(http: Http, request: TokenRequest, identityToken: string): Promise<HttpResponse> {
  const { realm, service, scopes, operation, signal } = request;
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT,
    scope: scopes.join(' '),
    refresh_token: identityToken,
    ...(service === undefined ? {} : { service }),
  });
  return await http.send({
    operation,
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    idempotent: true,
    signal,
  });
}

async function get(http: Http, request: TokenRequest): Promise<HttpResponse> {
  const { realm, service, scopes, operation, signal, credential } = request;
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = headerOf(credential);
  const headers = authorization === undefined ? {} : { authorization };
  return await http.send({ operation, method: 'GET', url, headers, signal });
}

function headerOf(credential: Credential | undefined): string | undefined {
  switch (credential?.kind) {
    case 'basic':
      return basicHeader(credential);
    case 'identity-token':
      // Docker's helpers use this user name for an identity token.
      return basicHeader({ username: '<token>', password: credential.token });
    default:
      return undefined;
  }
}

function read(request: TokenRequest, method: string, answer: HttpResponse): Token {
  const { url, status } = answer;
  const refused = (detail?: string) =>
    new RegistryError(
      { ...request, method, url, status, detail, login: REFUSALS[status] && loginText(request.credential) },
      REFUSALS[status] ?? 'REGISTRY',
    );
  if (status !== 200) throw refused();
  const json = parse(answer.bytes);
  const value = json?.token || json?.access_token;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw refused('no token in the answer');
  const seconds = typeof json?.expires_in === 'number' ? json.expires_in : 0;
  return { value, lifetime: Math.max(SHORTEST_LIFETIME, seconds) * 1000, told: toldScopes(value) };
}

/**
 * The scopes in a token's `access` claim. Only the registry verifies the token's signature, so these scopes
 * are shown and decide nothing. https://distribution.github.io/distribution/spec/auth/jwt/
 */
export function toldScopes(token: string): readonly string[] | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const access = parse(Buffer.from(payload, 'base64url'))?.access;
  if (!Array.isArray(access)) return undefined;
  return access.flatMap((entry: { type?: unknown; name?: unknown; actions?: unknown } | null) =>
    Array.isArray(entry?.actions) ? `${entry.type}:${entry.name}:${entry.actions.join(',')}` : [],
  );
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
