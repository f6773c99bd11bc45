import type { z } from 'zod';
import { PromoteError, rethrowDefect } from '../../errors.ts';
import type { HttpResponse } from '../../http/request.ts';

/** The query of the next page; its address may be one that only GitLab itself can reach. */
export function nextQuery({ headers, url }: HttpResponse): Readonly<Record<string, string>> | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headers.link ?? '')?.[1];
  const next = target === undefined ? null : URL.parse(target, url.href);
  return next === null ? undefined : Object.fromEntries(next.searchParams);
}

/** The answer's value; throws `INVALID` where it does not fit the schema. */
export function parseAnswer<T>(doing: string, { bytes }: HttpResponse, schema: z.ZodType<T>): T {
  const read = schema.safeParse(jsonIn(bytes));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new PromoteError(
    'INVALID',
    `${doing}: GitLab's answer is another than documented at ${issue?.path.join('.') || 'its root'}`,
    {
      hint: 'check that the address is that of a GitLab instance, of version 17.11 or newer',
    },
  );
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    rethrowDefect(error);
    return undefined;
  }
}
