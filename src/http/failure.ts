import { PromoteError, rethrowDefect } from '../errors.ts';
import { redactUrl } from '../secrets/url.ts';
import type { HttpRequest } from './request.ts';

/**
 * Whether another try may help. A name that does not resolve seldom resolves a second later. A server that is
 * silent for half a minute seldom answers in the next.
 */
export type Remedy = 'retry' | 'retry-briefly' | 'none';

/** A request that got no whole answer (`UNREACHABLE`). */
export class Failure extends PromoteError {
  readonly remedy: Remedy;
  /** What happened, without the request. */
  readonly reason: string;
  readonly host: string;
  /** How often the request was sent. */
  readonly tries: number;
  readonly #request: HttpRequest;

  constructor(request: HttpRequest, reason: string, remedy: Remedy, hint: string, cause: unknown, tries = 1) {
    const often = tries === 1 ? '' : ` (tried ${tries} times)`;
    const { operation, method, url } = request;
    super('UNREACHABLE', `${operation}: ${method} ${redactUrl(url)}: ${reason}${often}`, { hint, cause });
    this.reason = reason;
    this.host = url.host;
    this.remedy = remedy;
    this.tries = tries;
    this.#request = request;
  }

  /** The failure with the number of tries in its message. */
  after(tries: number): Failure {
    const { reason, remedy, hint = '', cause } = this;
    return tries === 1 ? this : new Failure(this.#request, reason, remedy, hint, cause, tries);
  }

  /** The failure of another request that is not sent, since the host did not answer this one. */
  unasked(request: HttpRequest): Failure {
    const reason = `not asked: ${this.host} did not answer before (${this.reason})`;
    return new Failure(request, reason, 'none', this.hint ?? '', this);
  }
}

const CERTIFICATE_HINT =
  'name the file of your certificate authority in NODE_EXTRA_CA_CERTS, or under hosts in the environments file';
const REACH_HINT = 'check the host and port, and HTTPS_PROXY and NO_PROXY where a proxy is needed';
const PROXY_HINT = 'check the address and the login in HTTPS_PROXY, or add the host to NO_PROXY';
const AGAIN_HINT = 'run it again: what is done already is not done twice';

const LATE = 'PROMOTE_LATE';

/** Reasons by Node's, OpenSSL's, undici's and our own codes. */
const REASONS: Readonly<Record<string, readonly [reason: string, remedy: Remedy, hint: string]>> = {
  ECONNREFUSED: ['connection refused', 'retry-briefly', REACH_HINT],
  ENOTFOUND: ['no such host', 'retry-briefly', REACH_HINT],
  EHOSTUNREACH: ['no route to the host', 'retry-briefly', REACH_HINT],
  EAI_AGAIN: ['the name server does not answer', 'retry', REACH_HINT],
  UND_ERR_CONNECT_TIMEOUT: ['no connection in time', 'retry', REACH_HINT],
  UND_ERR_HEADERS_TIMEOUT: ['no answer in time', 'retry-briefly', AGAIN_HINT],
  UND_ERR_BODY_TIMEOUT: ['the answer stalled: nothing in time', 'retry-briefly', AGAIN_HINT],
  [LATE]: ['no whole answer in time', 'retry-briefly', AGAIN_HINT],
  ECONNRESET: ['connection reset', 'retry', AGAIN_HINT],
  EPIPE: ['connection closed', 'retry', AGAIN_HINT],
  UND_ERR_SOCKET: ['connection closed', 'retry', AGAIN_HINT],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['the answer ended early', 'retry', AGAIN_HINT],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is not trusted', 'none', CERTIFICATE_HINT],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is not trusted', 'none', CERTIFICATE_HINT],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['its certificate is not trusted', 'none', CERTIFICATE_HINT],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate is not trusted', 'none', CERTIFICATE_HINT],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', 'none', REACH_HINT],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'none', 'renew the certificate, or check the clock'],
};

/** Reasons for OpenSSL's many codes, none of which another try changes; the first that fits counts. */
const TLS: readonly (readonly [code: RegExp, reason: string, hint: string])[] = [
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER)/,
    'it does not speak TLS',
    'check the port: plain HTTP may answer there, which --insecure <host> asks for',
  ],
  [
    // It depends on the server which alert it sends: 42, 46, 48 or 116.
    /^ERR_SSL_.*ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|CERTIFICATE_REQUIRED)|^ERR_SSL_.*CERTIFICATE_REQUIRED/,
    'it requires a client certificate that it knows',
    'name certificate and key under hosts in the environments file',
  ],
  [
    /^ERR_SSL_.*ALERT_HANDSHAKE_FAILURE/,
    'it ends the TLS handshake',
    'it may require a client certificate: name certificate and key under hosts in the environments file',
  ],
  [/^ERR_SSL_|^ERR_TLS_|^CERT_|^UNABLE_TO_|_CERT_/, 'TLS fails', REACH_HINT],
];

/**
 * The error to throw for a network error; `waited` is in milliseconds, for the message of a timeout. A
 * `PromoteError` stays as it is, and a defect is thrown.
 */
export function asFailure(request: HttpRequest, error: unknown, waited?: number): PromoteError {
  if (error instanceof PromoteError) return error;
  if (request.signal?.aborted) return cancelled(request);
  rethrowDefect(error);
  const [reason, remedy, hint] = reasonOf(error);
  const text = waited === undefined ? reason : reason.replace(/ in time$/, ` in ${seconds(waited)}`);
  return new Failure(request, text, remedy, hint, error);
}

/** The error of an answer that comes too slowly to be whole in time. */
export function late(): Error {
  return Object.assign(new Error('the answer comes too slowly'), { code: LATE });
}

/** The error for a request that its caller gave up. */
export function cancelled({ operation }: HttpRequest): PromoteError {
  return new PromoteError('CANCELLED', `${operation}: cancelled`);
}

function reasonOf(error: unknown): readonly [reason: string, remedy: Remedy, hint: string] {
  const code = codeOf(error);
  const known = REASONS[code];
  if (known !== undefined) return known;
  const [, status] = /^Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (status !== undefined) {
    return [`the proxy answers ${status}`, Number(status) < 500 ? 'none' : 'retry-briefly', PROXY_HINT];
  }
  const tls = TLS.find(([pattern]) => pattern.test(code));
  if (tls === undefined) return ['the connection failed', 'retry', REACH_HINT];
  return [`${tls[1]} (${code})`, 'none', tls[2]];
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error ? String(error.code) : '';
  return code in REASONS || error.cause === undefined ? code : codeOf(error.cause);
}
