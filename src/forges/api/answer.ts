import type { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';

/** Whose answers are parsed, in words, and what to check where an answer is not as documented. */
export interface Answering {
  readonly whose: string;
  readonly hint: string;
}

/** The query of the next page. Its address may be one that only the forge itself can reach. */
export function nextQuery({ headers, url }: HttpResponse): Readonly<Record<string, string>> | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headers.link ?? '')?.[1];
  const next = target === undefined ? null : URL.parse(target, url.href);
  return next === null ? undefined : Object.fromEntries(next.searchParams);
}

/** The answer's value; throws `INVALID` where it does not fit the schema. */
export function parseAnswer<T>(
  doing: string,
  { bytes }: HttpResponse,
  schema: z.ZodType<T>,
  { whose, hint }: Answering,
): T {
  const read = schema.safeParse(jsonIn(bytes));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') || 'its root';
  throw new PromoteError('INVALID', `${doing}: ${whose} answer is another than documented at ${place}`, {
    hint,
  });
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
