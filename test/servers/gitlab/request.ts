import type { IncomingMessage } from 'node:http';
import type { Token, User, World } from './world.ts';

/** A request to the API, once its token is accepted. */
export interface Call {
  readonly world: World;
  readonly user: User;
  readonly token: Token;
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** The variable parts of the path, decoded and in order. */
  readonly parts: readonly string[];
}

/** An answer; bytes are sent as they are, all else as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request the server knows, by GitLab's path template below `/api/v4/`. */
export interface Route {
  readonly method: string;
  readonly template: string;
  readonly handle: (call: Call) => Answer;
  /** The access level that writing takes; default: a Developer's. */
  readonly level?: number;
  /** Whether a CI job token may ask it. */
  readonly isForJobs?: boolean;
  /** Whether a token of any scope may ask it. */
  readonly isForAnyScope?: boolean;
}

/** A JSON object of whatever content. */
export type Fields = { readonly [key: string]: unknown };

/** A 200 with a body. */
export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

/** How GitLab words a refusal. */
export function refusal(status: number, message: unknown): Answer {
  return { status, body: { message } };
}

/** One page of items, with the link to the next. */
export function page(call: Call, items: readonly unknown[]): Answer {
  const { query } = call;
  const size = Math.min(100, Number(query.get('per_page') ?? 20));
  const isKeyset = query.get('pagination') === 'keyset';
  const key = isKeyset ? 'page_token' : 'page';
  const at = Number(query.get(key) ?? (isKeyset ? 0 : 1)) - (isKeyset ? 0 : 1);
  const next = new URLSearchParams(query);
  next.set(key, String(isKeyset ? at + 1 : at + 2));
  // Behind a proxy GitLab writes an address that only it can reach.
  const link = `<http://gitlab.internal/api/v4/somewhere?${next}>; rel="next", <http://gitlab.internal/>; rel="first"`;
  const rest = items.length > (at + 1) * size;
  return { status: 200, headers: rest ? { link } : {}, body: items.slice(at * size, (at + 1) * size) };
}

/** A list that a query writes in GitLab's ways: `a[]=1&a[]=2` or `a=1,2`. */
export function listIn(query: URLSearchParams, name: string): readonly string[] {
  return [...query.getAll(`${name}[]`), ...(query.get(name)?.split(',') ?? [])];
}

/** The strings of a list, or of a text with commas. */
export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [];
}

/** The whole body of a request. */
export async function readBody(message: IncomingMessage): Promise<Fields> {
  const text = Buffer.concat(await Array.fromAsync(message)).toString();
  return text === '' ? {} : JSON.parse(text);
}
