import { patternOf, redact } from '../secrets/redact.ts';
import type { HttpRequest } from './request.ts';

const LOGINS = /^(?:authorization|proxy-authorization|private-token|job-token|deploy-token|x-api-key)$/i;
const FORM = 'application/x-www-form-urlencoded';

/** The body of a refusal without the secrets that its request held: some servers repeat what they were sent. */
export function withoutEcho(request: HttpRequest, bytes: Uint8Array): Uint8Array {
  const secrets = loginsOf(request);
  if (secrets.length === 0) return bytes;
  const text = Buffer.from(bytes).toString('latin1');
  const shown = redact(text, patternOf(secrets));
  return shown === text ? bytes : Buffer.from(shown, 'latin1');
}

/** Logins in headers and forms; for Basic, both the value that is sent and the password in it. */
export function loginsOf({ headers = {}, body }: HttpRequest): readonly string[] {
  const sent = Object.entries(headers).filter(([name]) => LOGINS.test(name));
  const isForm = Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value === FORM,
  );
  const form = isForm && typeof body === 'string' ? [...new URLSearchParams(body)] : [];
  return [
    ...sent.flatMap(([, value]) => loginsIn(value)),
    ...form.flatMap(([name, value]) => (/token|password|secret|assertion/.test(name) ? [value] : [])),
  ];
}

function loginsIn(header: string): readonly string[] {
  const value = header.replace(/^(?:basic|bearer|token) +/i, '');
  const [, password = ''] = /^basic /i.test(header)
    ? (/^[^:]*:(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [])
    : [];
  return [value, password];
}
