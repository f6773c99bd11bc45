import { PromoteError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/request.ts';

/** The answers with status 400 of Go, nginx and Apache to plain HTTP on a TLS port. */
const WANTS_TLS =
  /HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)|speaking plain HTTP to an SSL/i;
/** The answer of nginx within TLS: https://nginx.org/en/docs/http/ngx_http_ssl_module.html */
const WANTS_CERTIFICATE = /No required SSL certificate was sent|The SSL certificate error/i;

/** Throws `UNREACHABLE` if an answer reports a TLS mismatch, which no retry can fix. */
export function assertTlsFits(answer: HttpAnswer, operation: string, registry: string): void {
  if (answer.kind !== 'response' || answer.status !== 400) return;
  const text = new TextDecoder().decode(answer.bytes);
  if (WANTS_TLS.test(text)) {
    throw new PromoteError(
      'UNREACHABLE',
      `${operation}: ${registry} speaks TLS, and was asked by plain HTTP`,
      {
        hint: `leave insecure out; on loopback set insecure: false under hosts.${registry} in the environments file`,
      },
    );
  }
  if (WANTS_CERTIFICATE.test(text)) {
    throw new PromoteError(
      'UNREACHABLE',
      `${operation}: ${registry} requires a client certificate that it knows`,
      {
        hint: `name certificate and key under hosts.${registry} in the environments file`,
      },
    );
  }
}
