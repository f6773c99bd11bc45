import type { PromoteError } from '../../errors.ts';
import { isStream } from '../../http/exchange.ts';
import type { HttpAnswer, HttpRequest, HttpResponse } from '../../http/request.ts';
import { type AuthContext, RegistryAuth } from '../auth/auth.ts';
import { loginText } from '../auth/credentials-file.ts';
import { guardUpload, type HostRules, registryUrl } from '../auth/host-rules.ts';
import type { Access } from '../auth/scopes.ts';
import { parseErrors, RegistryError } from '../registry-error.ts';
import type { OpenStore, Store } from '../store.ts';
import type { PullLimits } from './pull-limits.ts';
import { assertTlsFits } from './tls-mismatch.ts';

/** The context that all remote stores of a run share. */
export interface RemoteContext extends AuthContext {
  readonly signal?: AbortSignal;
  /** The special settings of registries' hosts; absent: none. */
  readonly hosts?: HostRules | undefined;
  /** Gives stores their mirrors by their hosts' rules; absent: no mirror is read. */
  readonly mirrors?: OpenMirrors | undefined;
  /** Called with a mirror that is not asked again. */
  readonly onMirrorLost?: ((mirror: string, error: PromoteError) => void) | undefined;
  /** Collects the pull limits that registries report. */
  readonly pullLimits?: PullLimits;
  /** Milliseconds that other requests wait for the first request to their registry; default 2 s. */
  readonly patience?: number | undefined;
}

/** Gives a store its mirrors; `undefined` where its host has none. */
export type OpenMirrors = (
  context: RemoteContext,
  openAll: (context: RemoteContext) => OpenStore,
) => (origin: Store) => Store | undefined;

const PATIENCE = 2_000;

/** A request to a registry, with the access that it needs. */
export type RegistryRequest = HttpRequest & Omit<Access, 'signal'>;

/** One registry's API under its host's rules. It authorises each request, but none to another host. */
export interface RegistryClient {
  readonly base: URL;
  /** Throws where an upload must not be sent to the address that the registry names. */
  guardUpload(location: URL, operation: string): void;
  send(request: RegistryRequest): Promise<HttpResponse>;
  stream(request: RegistryRequest): Promise<HttpAnswer>;
  /** Whether the login's token allows it; `undefined` if the token does not say. Call it after a request. */
  mayBy(access: Access): Promise<boolean | undefined>;
  /** Waits before the next try. */
  pause(tried: number): Promise<void>;
}

/** Opens a registry by host and port. It uses HTTPS, or HTTP on loopback, unless the rules differ. */
export function openRegistry(registry: string, context: RemoteContext): RegistryClient {
  const rule = context.hosts?.get(registry);
  const base = registryUrl(registry, rule);
  const auth = new RegistryAuth(base, context, rule);
  let learning: Promise<void> | undefined;

  async function authorised<Answer extends HttpAnswer>(
    request: RegistryRequest,
    send: (request: HttpRequest) => Promise<Answer>,
  ): Promise<Answer> {
    if (request.url.origin !== base.origin) return await send({ ...request, signal: context.signal });
    const access = { ...request, signal: context.signal };
    const sent = await auth.authorization(access);
    const answer = await send(withAuthorization(access, sent));
    // After a redirect to another host, a challenge is not the registry's own.
    if (answer.status !== 401 || answer.url.origin !== base.origin) return answer;
    if (isStream(request.body)) {
      auth.forget(sent);
      return answer;
    }
    const renewed = await auth.renew(access, answer.headers['www-authenticate'] ?? '', sent);
    return renewed === undefined ? answer : await send(withAuthorization(access, renewed));
  }

  // The first request alone learns how to be authorised. The others wait for its first try.
  async function learnt<Answer>(
    request: RegistryRequest,
    work: (request: RegistryRequest) => Promise<Answer>,
  ): Promise<Answer> {
    if (learning !== undefined) {
      await learning;
      return await work(request);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    // If a host does not answer in time, the waiting requests start anyway.
    const late = setTimeout(resolve, context.patience ?? PATIENCE);
    late.unref();
    learning = promise.finally(() => clearTimeout(late));
    try {
      return await work({ ...request, onRetry: resolve });
    } finally {
      resolve();
    }
  }

  async function noted<Answer extends HttpAnswer>(
    { operation, method, repository }: RegistryRequest,
    work: Promise<Answer>,
  ): Promise<Answer> {
    const answer = await work;
    if (answer.status === 400) assertTlsFits(await withBody(method, answer), operation, registry);
    if (answer.url.origin !== base.origin) return answer;
    context.pullLimits?.note(registry, answer.headers);
    if (answer.status === 401 || answer.status === 403)
      LOGINS.set(answer, loginText(await context.credentials(repository)));
    return answer;
  }

  /** A HEAD has no body. A GET on the same connection returns the error's text. */
  async function withBody(method: string, answer: HttpAnswer): Promise<HttpAnswer> {
    if (method !== 'HEAD' || base.protocol !== 'http:') return answer;
    const url = new URL('v2/', base);
    const operation = `look at ${registry}`;
    return await context.http.send({ operation, method: 'GET', url, tries: 1, signal: context.signal });
  }

  return {
    base,
    guardUpload: (location, operation) => guardUpload(location, base, operation, rule),
    send: request => learnt(request, asked => noted(asked, authorised(asked, context.http.send))),
    stream: request => learnt(request, asked => noted(asked, authorised(asked, context.http.stream))),
    mayBy: access => auth.mayBy({ ...access, signal: context.signal }),
    pause: tried => context.http.pause(tried, context.signal),
  };
}

/** The login of each refused request, by its answer. */
const LOGINS = new WeakMap<HttpAnswer, string>();

/** The error for an answer that is not what the request needs. */
export function unexpected(request: RegistryRequest, answer: HttpResponse, detail?: string): RegistryError {
  const { operation, method, repository } = request;
  const { status, url } = answer;
  return new RegistryError({
    operation,
    method,
    repository,
    url,
    status,
    errors: parseErrors(answer),
    login: LOGINS.get(answer),
    detail,
  });
}

function withAuthorization(request: RegistryRequest, authorization: string | undefined): HttpRequest {
  if (authorization === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization } };
}
