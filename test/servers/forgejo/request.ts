import type { IncomingMessage } from 'node:http';
import type { Token, User, World } from './world.ts';

/** A request to the API, once its token is accepted. */
export interface Call {
  readonly world: World;
  readonly user: User;
  readonly token: Token;
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** The variable parts of the path behind owner and repository, decoded and in order. */
  readonly parts: readonly string[];
}

/** An answer; bytes are sent as they are, all else as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request the server knows, by Forgejo's own path template. */
export interface Route {
  readonly method: string;
  readonly template: string;
  readonly handle: (call: Call) => Answer;
  /** Whether the last part takes slashes. */
  readonly isOpen?: boolean;
  /** The part of an access token's scope; default `repository`. */
  readonly scope?: 'repository' | 'issue' | 'user' | 'organization';
  /** Whether no scope is asked for. */
  readonly isPublic?: boolean;
  /** Whether the repository's administrators alone may ask it. */
  readonly isForAdministrators?: boolean;
  /** Whether it is refused to those who may not write, whatever its method. */
  readonly isForReaders?: boolean;
}

/** A JSON object of whatever content. */
export type Fields = { readonly [key: string]: unknown };

/** A 200 with a body. */
export function ok(body?: unknown, status = 200): Answer {
  return { status, body };
}

/** How Forgejo words a refusal: `APIContext.Error` of `services/context/api.go`. */
export function refusal(status: number, message: string): Answer {
  return { status, body: { message, url: 'https://forgejo.example/api/swagger' } };
}

/** The 404 of things that are not there or may not be seen. */
export function notFound(): Answer {
  return {
    status: 404,
    body: {
      message: "The target couldn't be found.",
      url: 'https://forgejo.example/api/swagger',
      errors: [],
    },
  };
}

/** One page of items with their number; `hasLink`: with the address of the next, which lists of teams have not. */
export function page({ world, query }: Call, items: readonly unknown[], hasLink = true): Answer {
  const size = Math.min(world.settings.page, Number(query.get('limit') || 30));
  const at = Math.max(1, Number(query.get('page') ?? 1)) - 1;
  const headers: Record<string, string> = { 'x-total-count': String(items.length) };
  const next = new URLSearchParams(query);
  next.set('page', String(at + 2));
  if (hasLink && items.length > (at + 1) * size)
    headers.link = `<http://forgejo.internal/api/v1/somewhere?${next}>; rel="next"`;
  return { status: 200, headers, body: items.slice(at * size, (at + 1) * size) };
}

/** The strings of a list. */
export function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The whole body of a request. */
export async function readBody(message: IncomingMessage): Promise<Fields> {
  const text = Buffer.concat(await Array.fromAsync(message)).toString();
  return text === '' ? {} : JSON.parse(text);
}
