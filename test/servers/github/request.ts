import type { IncomingMessage } from 'node:http';

/** A request to GitHub's API as the server's parts see it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, without the prefix of an Enterprise Server. */
  readonly url: URL;
  /** Path parts, decoded. */
  readonly parts: readonly string[];
  readonly authorization: string;
  readonly body: Fields | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** An answer; bytes are sent as they are, all else as JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A JSON object of whatever content. */
export type Fields = { readonly [key: string]: unknown };

/** The object at a path of fields; empty where there is none. */
export function fields(value: unknown, ...path: readonly string[]): Fields {
  const found = path.reduce<unknown>((at, name) => fields(at)[name], value);
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

/** The objects of a JSON array. */
export function items(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(item => fields(item)) : [];
}

/** How GitHub words a refusal. */
export function refusal(status: number, message: string, errors?: readonly unknown[]): ApiAnswer {
  return {
    status,
    body: { message, ...(errors && { errors }), documentation_url: 'https://docs.github.com/rest' },
  };
}

/** Reads a request of the server; a path that begins with `/api/v3` is an Enterprise Server's. */
export async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const path = (message.url ?? '/').replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql/, '/graphql');
  const url = new URL(path, `http://${message.headers.host}`);
  return {
    method: message.method ?? 'GET',
    url,
    parts: url.pathname.slice(1).split('/').map(decodeURIComponent),
    authorization: message.headers.authorization ?? '',
    body: text === '' ? undefined : JSON.parse(text),
    headers: message.headers,
  };
}
