import { checkUrl, type UrlParts } from '../../environments/gates/check-url.ts';
import type { CheckSource } from '../../environments/gates/checks.ts';
import type { CheckFinding } from '../../gates/judge-checks.ts';
import { digestOf } from '../../oci/digest.ts';
import type { Effects } from '../../run/effects.ts';

const NOT_FOUND = 404;

/** Asks a URL once, and compares the value at the pointer. If there is no such value, the check is absent. */
export async function readUrlCheck(
  { answer }: Pick<Effects, 'answer'>,
  { url, path, value, pending }: Extract<CheckSource, { readonly kind: 'url' }>,
  parts: UrlParts,
): Promise<CheckFinding> {
  const asked = checkUrl(url, parts);
  if (answer === undefined) return { kind: 'unknown', reason: 'it is not asked here' };
  const { status, bytes } = await answer(asked);
  if (status === NOT_FOUND) return { kind: 'absent', said: 'it answers 404' };
  if (status < 200 || status > 299) return { kind: 'unknown', reason: `it answers ${status}` };
  const document = parse(bytes);
  if (document === undefined) {
    return { kind: 'unreadable', reason: 'it answers with no JSON', hint: `see what ${asked.host} answers` };
  }
  const found = valueAt(document.value, path);
  const evidence = digestOf(bytes);
  if (found === undefined) return { kind: 'absent', said: `its answer has no ${path}` };
  if (found === value) return { kind: 'passed', said: `with ${shown(found)}`, evidence };
  if (pending !== undefined && found === pending)
    return { kind: 'pending', said: `with ${shown(found)}`, evidence };
  return { kind: 'failed', said: `with ${shown(found)} where ${shown(value)} is expected`, evidence };
}

function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The value at a JSON pointer. https://www.rfc-editor.org/rfc/rfc6901 */
function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
