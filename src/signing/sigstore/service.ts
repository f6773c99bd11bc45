import type { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { Http } from '../../http/http.ts';
import type { HttpResponse } from '../../http/request.ts';

/** A Sigstore service, and how to reach it. */
export interface Service {
  readonly http: Http;
  /** The URL, or a function that finds it if that costs requests. */
  readonly url: string | (() => Promise<string>);
  readonly signal?: AbortSignal | undefined;
}

/** A request to a service. */
export interface ServiceRequest {
  readonly service: Service;
  /** The beginning of messages. */
  readonly operation: string;
  /** The part after the service's URL, or a function that makes it from the URL. */
  readonly path: string | ((base: URL) => string);
  /** Absent: a GET. */
  readonly body?: ServiceBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** The error's hint if the service refuses. */
  readonly hint: string;
}

/** A request's content and its media type. */
export interface ServiceBody {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const CONFLICT = 409;

/**
 * Sends a request to a service, and returns its answer if that is a success or a conflict. Rate limits are
 * waited out within the usual bounds. Throws `SIGNATURE` if the service refuses, `UNREACHABLE` if it cannot
 * answer. The answer may contain the identity token, so errors omit it.
 */
export async function askService(request: ServiceRequest): Promise<HttpResponse> {
  const { service, operation, path, body, headers, hint } = request;
  const { http, signal } = service;
  const base = await locate(service);
  const rest = typeof path === 'string' ? path : path(new URL(base));
  const url = new URL(`${base.replace(/\/+$/, '')}${rest}`);
  const answer = await http.send({
    operation,
    url,
    signal,
    redirects: 'return',
    headers: {
      ...(body === undefined ? {} : { 'content-type': body.type }),
      ...headers,
    },
    ...(body === undefined ? { method: 'GET' } : { method: 'POST', body: body.content, idempotent: true }),
  });
  const { status } = answer;
  if ((status >= 200 && status < 300) || status === CONFLICT) return answer;
  const message = `${operation}: ${url.origin} answered ${status}`;
  if (status === 429 || status >= 500) {
    throw new PromoteError('UNREACHABLE', message, {
      hint: 'run it again: what is done already is not done twice',
    });
  }
  throw new PromoteError('SIGNATURE', message, { hint });
}

/** The URL of a service. */
async function locate({ url }: Pick<Service, 'url'>): Promise<string> {
  return typeof url === 'string' ? url : await url();
}

/** A request's content in JSON. */
export function jsonBody(value: object): ServiceBody {
  return { type: 'application/json', content: JSON.stringify(value) };
}

/** Reads an answer in JSON; throws `SIGNATURE` if it is not JSON of that shape. */
export function parseAnswer<Shape>(
  schema: z.ZodType<Shape>,
  { bytes, url }: HttpResponse,
  operation: string,
): Shape {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    rethrowDefect(error);
    throw new PromoteError('SIGNATURE', `${operation}: ${url.origin} gave no answer that can be read`, {
      hint: 'check that the URL is that of the service',
    });
  }
}
