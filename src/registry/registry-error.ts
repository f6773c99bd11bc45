import { type ErrorCode, PromoteError, rethrowDefect } from '../errors.ts';
import type { HttpResponse } from '../http/request.ts';
import { type RepositoryName, registryOf } from '../oci/reference.ts';
import { redactUrl } from '../secrets/url.ts';

/** One entry of a registry's error list, short and without control characters. */
export interface RegistryErrorEntry {
  readonly code: string;
  readonly message: string;
}

/** A request to a registry, and the registry's answer. */
export interface RegistryAnswer {
  /** The purpose of the request, which begins messages. */
  readonly operation: string;
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly repository: RepositoryName;
  readonly errors?: readonly RegistryErrorEntry[];
  /** The login of a refused request. */
  readonly login?: string | undefined;
  /** What is wrong with an answer whose status is right. */
  readonly detail?: string | undefined;
}

const MOST_ENTRIES = 5;
const LONGEST_TEXT = 200;
const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
};

/** An answer that the operation cannot use: `NOT_FOUND`, `UNAUTHORIZED`, `FORBIDDEN` or `REGISTRY`. */
export class RegistryError extends PromoteError {
  /** The registry that answered, by its host and port. */
  readonly host: string;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  readonly status: number;
  readonly errors: readonly RegistryErrorEntry[];

  constructor(answer: RegistryAnswer, code: ErrorCode = CODES[answer.status] ?? 'REGISTRY') {
    const { operation, method, status, errors = [], detail } = answer;
    const url = redactUrl(answer.url);
    const said = detail ?? errors.map(({ code, message }) => `${code}: ${message}`).join('; ');
    const as = answer.login === undefined ? '' : ` (${answer.login})`;
    super(code, `${operation}: ${method} ${url}: ${status}${said === '' ? '' : ` ${said}`}${as}`, {
      hint: hintFor(code, status, registryOf(answer.repository)),
    });
    this.name = 'RegistryError';
    this.host = registryOf(answer.repository);
    this.method = method;
    this.url = url;
    this.status = status;
    this.errors = errors;
  }
}

/** The entries of the specification's error list in a body; none if there is no such list. */
export function parseErrors({ bytes }: Pick<HttpResponse, 'bytes'>): readonly RegistryErrorEntry[] {
  try {
    const { errors }: { errors?: unknown } = JSON.parse(new TextDecoder().decode(bytes));
    if (!Array.isArray(errors)) return [];
    return errors.slice(0, MOST_ENTRIES).map((entry: { code?: unknown; message?: unknown } | null) => ({
      code: plain(entry?.code),
      message: plain(entry?.message),
    }));
  } catch (error) {
    rethrowDefect(error);
    return [];
  }
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST_TEXT);
}

function hintFor(code: ErrorCode, status: number, host: string): string | undefined {
  if (code === 'UNAUTHORIZED') {
    return `log in (docker login ${host}), or check the credentials in Docker's configuration`;
  }
  if (code === 'FORBIDDEN') return `let the credentials for ${host} do this, or use others`;
  if (status === 429) return `${host} limits requests: run it again later, or log in for a higher limit`;
  return status >= 500 ? `${host} is in trouble: run it again later` : undefined;
}
