import { Readable } from 'node:stream';
import type { Http } from '../http.ts';
import type { HttpRequest } from '../request.ts';

/** The AWS library's own request, of which it exports no type. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** How the library's requests are sent. */
interface AwsWay {
  readonly http: Http;
  readonly signal?: AbortSignal | undefined;
  /** Absent: the caller repeats what AWS refuses because it is busy. */
  readonly isBusy?: HttpRequest['isBusy'];
  /** Called with each session token that is sent. */
  readonly onSecret: (secret: string) => void;
}

/** Sends the AWS library's requests by our HTTP client, except those to this machine's login addresses. */
export function awsHandler({ http, signal, onSecret, isBusy }: AwsWay) {
  return {
    async handle({ protocol, hostname, port, path, query, method, headers, body }: SdkRequest) {
      const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
      for (const [name, value] of Object.entries(query ?? {})) {
        for (const one of [value ?? ''].flat()) url.searchParams.append(name, one);
      }
      const token = headers['x-amz-security-token'];
      if (token !== undefined) onSecret(token);
      const answer = await http.send({
        operation: `ask ${hostname}`,
        method: method === 'GET' ? 'GET' : 'POST',
        url,
        headers: withoutLength(headers),
        ...(body !== undefined && { body }),
        idempotent: true,
        isBusy,
        redirects: 'return',
        signal,
      });
      return {
        response: {
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Readable.from([answer.bytes]),
        },
      };
    },
  };
}

function withoutLength({ 'content-length': _, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}
