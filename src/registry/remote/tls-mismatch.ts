import { PromoteError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/request.ts';

/** What servers answer with status 400 to plain HTTP on a port for TLS: Go's, nginx's and Apache's. */
const WANTS_TLS =
  /HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)|speaking plain HTTP to an SSL/i;
/** What nginx answers inside of TLS: https://nginx.org/en/docs/http/ngx_http_ssl_module.html */
const WANTS_CERTIFICATE = /No required SSL certificate was sent|The SSL certificate error/i;

/** Names what an answer says of TLS itself (`UNREACHABLE`), which no second try cures. */
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
